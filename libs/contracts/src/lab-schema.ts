import { z } from 'zod';
import { LabDocument } from './lab';

/** `lab.yaml` as JSON Schema (draft 7, which editors complete by): what an author may write, before defaults. */
export function labSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(LabDocument, { io: 'input', target: 'draft-7', reused: 'ref' });
  return { title: 'Podlab lab', ...schema };
}
