import type { Grade, GradeFormat } from '@podlab/contracts';
import { renderClassroom50 } from './classroom50';
import { renderCsv } from './csv';
import { forStudent } from './for-student';
import { renderGradescope } from './gradescope';
import { renderJunit } from './junit';
import { renderTap } from './tap';

export interface RenderOptions {
  readonly language?: 'en' | 'ko';
  /** Whether the reader may know what hidden checks look at; not, unless said. Gradescope keeps them from students itself. */
  readonly showHidden?: boolean;
}

/** A grade in a format. Throws GradeIncomplete where the format can't say that something was not graded. */
export function renderGrade(grade: Grade, format: GradeFormat, options: RenderOptions = {}): string {
  const { language = 'en', showHidden = false } = options;
  const shown = showHidden ? grade : forStudent(grade);
  switch (format) {
    case 'json':
      return `${JSON.stringify(shown, null, 2)}\n`;
    case 'gradescope':
      return renderGradescope(grade, language);
    case 'junit':
      return renderJunit(shown, language);
    case 'tap':
      return renderTap(shown, language);
    case 'classroom50':
      return renderClassroom50(shown, language);
    case 'csv':
      return renderCsv(shown, language);
  }
}

/** The media type of a format. */
export const GRADE_MEDIA_TYPES: Readonly<Record<GradeFormat, string>> = {
  json: 'application/json',
  gradescope: 'application/json',
  junit: 'application/xml',
  tap: 'text/plain; charset=utf-8',
  classroom50: 'application/json',
  csv: 'text/csv; charset=utf-8',
};
