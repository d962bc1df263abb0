/** The labs of this server, and those that classes uploaded. */
import { Inject, Injectable } from '@nestjs/common';
import { type LabCheck, type LabProblem, type LabSummary, type LabUpload } from '@podlab/contracts';
import { instantiate, type Lab, type LabFiles, readLab } from '@podlab/grading';
import type { Domain, LabRecord } from '@podlab/persistence';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Logger } from 'pino';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import type { Settings } from '../config/settings';
import { ProblemException } from '../problems/problem-exception';
import type { GraderPool } from '../grading/grader-pool';
import { DOMAIN, GRADER_POOL, LOGGER, SETTINGS } from '../tokens';
import { labSummary } from './lab-summary';

/** Whose versions of this server's own labs are kept, so that an attempt goes on with the one it began with. */
const OF_SERVER = '-';
/** Labs that stay read. */
const KEPT_LABS = 200;
/** So many digits of a hash name a version for sure. */
const HASH_DIGITS = 12;

@Injectable()
export class LabCatalogue {
  private readonly own: ReadonlyMap<string, Lab>;
  private readonly read = new Map<string, Lab>();
  private readonly reading = new Map<string, Promise<Lab>>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(GRADER_POOL) private readonly pool: GraderPool,
    @Inject(SETTINGS) settings: Settings,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.own = readFolder(settings.labsFolder, logger);
  }

  /** Of the server, and of a class where one is named: its own lab takes the place of one of the same name. */
  async list(classId: string | null): Promise<LabSummary[]> {
    const found = new Map([...this.own].map(([name, lab]) => [name, labSummary(lab, null)]));
    for (const record of classId === null ? [] : await this.domain.listLabs(classId)) {
      const lab = await this.parsed(record);
      found.set(lab.name, labSummary(lab, classId));
    }
    return [...found.values()].sort(
      (one, other) => one.order - other.order || (one.name < other.name ? -1 : 1),
    );
  }

  /** `name`, or `name@hash` for exactly that version. Throws 404. */
  async find(reference: string, classId: string | null): Promise<Lab> {
    const [name, hash] = reference.split('@');
    const lab =
      hash === undefined ? await this.newest(name, classId) : await this.version(name, hash, classId);
    if (lab) return lab;
    throw new ProblemException('NotFound', `There is no lab ${reference} here: GET /api/v1/labs lists them.`);
  }

  /** Keeps this version for whoever begins with it. */
  async keep(lab: Lab): Promise<void> {
    if (this.own.get(lab.name)?.hash !== lab.hash) return;
    await this.domain.saveLab(recordOf(lab, OF_SERVER, 'podlab'));
  }

  /** Read where nobody else waits: what is in a bundle may take long. */
  async check(principal: Principal, files: LabFiles): Promise<LabCheck> {
    const reading = await this.pool.read(principal.id, { kind: 'Read', files, begin: false });
    if ('problems' in reading) return { lab: null, problems: [...reading.problems] };
    return { lab: labSummary(reading.lab, null), problems: [] };
  }

  async upload(principal: Principal, { class: classId, files }: LabUpload): Promise<LabSummary> {
    const { record } = await this.classes.findOpen(principal, classId, 'teach');
    const reading = await this.pool.read(principal.id, { kind: 'Read', files, begin: true });
    if ('problems' in reading) throw refused(reading.problems);
    await this.domain.saveLab(recordOf(reading.lab, record.id, principal.id));
    this.remember(reading.lab);
    return labSummary(reading.lab, record.id);
  }

  private async newest(name: string, classId: string | null): Promise<Lab | undefined> {
    const record = classId === null ? null : await this.domain.findNewestLab(classId, name);
    return record ? await this.parsed(record) : this.own.get(name);
  }

  private async version(name: string, hash: string, classId: string | null): Promise<Lab | undefined> {
    const own = this.own.get(name);
    if (own?.hash.startsWith(hash)) return own;
    if (hash.length < HASH_DIGITS) return undefined;
    const places = [...(classId === null ? [] : [classId]), OF_SERVER];
    for (const place of places) {
      const record = await this.domain.findLab(place, name, hash);
      if (record) return await this.parsed(record);
    }
    return undefined;
  }

  /** Read again after a restart, where nobody else waits; whoever asks meanwhile gets the same one. */
  private parsed(record: LabRecord): Promise<Lab> {
    const known = this.read.get(record.hash);
    if (known) return Promise.resolve(known);
    const reading =
      this.reading.get(record.hash) ?? this.readAgain(record).finally(() => this.reading.delete(record.hash));
    this.reading.set(record.hash, reading);
    return reading;
  }

  private async readAgain({ class_id, files }: LabRecord): Promise<Lab> {
    const job = { kind: 'Read' as const, files: JSON.parse(files) as LabFiles, begin: false };
    const reading = await this.pool.read(`class ${class_id}`, job);
    // A later version of the server may read more strictly than the one that took it in.
    if ('problems' in reading) throw refused(reading.problems);
    return this.remember(reading.lab);
  }

  private remember(lab: Lab): Lab {
    if (this.read.size >= KEPT_LABS) this.read.delete([...this.read.keys()][0]);
    this.read.set(lab.hash, lab);
    return lab;
  }
}

function recordOf({ name, hash, files }: Lab, class_id: string, uploaded_by: string) {
  return { class_id, name, hash, files: JSON.stringify(files), uploaded_by, created_at: Date.now() };
}

function refused(problems: readonly LabProblem[]): ProblemException {
  const errors = problems.map(({ file, line, path, message }) => ({
    path: [file, line, path].filter((part) => part !== undefined).join(':'),
    message,
  }));
  return new ProblemException('InvalidLab', `${errors[0].path}: ${errors[0].message}`, errors);
}

/** Each folder with a lab.yaml in it; one that can't be read is told in the log and left out. */
function readFolder(folder: string | undefined, logger: Logger): ReadonlyMap<string, Lab> {
  const labs = new Map<string, Lab>();
  if (folder === undefined || !existsSync(folder)) return labs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || !existsSync(join(folder, entry.name, 'lab.yaml'))) continue;
    const reading = readLab(filesOf(join(folder, entry.name)));
    if ('problems' in reading) logger.error({ lab: entry.name, problems: reading.problems }, 'lab left out');
    else labs.set(reading.lab.name, reading.lab);
  }
  for (const lab of labs.values()) instantiate(lab, 'warm');
  return labs;
}

function filesOf(folder: string): LabFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}
