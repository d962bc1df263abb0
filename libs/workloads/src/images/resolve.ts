import { hex, sha256 } from '@podlab/kernel';
import { DEFAULT_CATALOGUE } from './catalogue';
import { editDistance } from './edit-distance';
import type { Image, ImageDefinition, ImageResolution, UnknownImages } from './image';
import { familiarName, parseImageReference } from './reference';
import type { ImageReference } from './reference';
import { isLikelyTag, isWellKnown, unknownRepository } from './well-known';

export interface ImageSettings {
  /** Added to (and over) the default catalogue. */
  readonly images?: readonly ImageDefinition[];
  readonly unknownImages?: UnknownImages;
}

const byRepository = (definitions: readonly ImageDefinition[]): ReadonlyMap<string, ImageDefinition> =>
  new Map(definitions.map((definition) => [definition.repository, definition]));
/** Nobody changes these: all clusters share them. */
const DEFAULTS = byRepository(DEFAULT_CATALOGUE);
const NONE: ReadonlyMap<string, ImageDefinition> = new Map();

/** Size and pull time of an image that nothing knows. */
const UNKNOWN_SIZE_BYTES = 48_000_000;
const UNKNOWN_PULL_MS = 1_400;
/** How many edits a misspelt name may be away from a known one, by its length. */
const nearMissLimit = (name: string): number => (name.length < 5 ? 1 : 2);

/** Answers what an image reference stands for, as a registry would. */
export class ImageRegistry {
  private readonly own: ReadonlyMap<string, ImageDefinition>;
  private readonly resolved = new Map<string, ImageResolution>();

  constructor(private readonly settings: ImageSettings = {}) {
    this.own = settings.images?.length ? byRepository(settings.images) : NONE;
  }

  /** The image, or what the container runtime says when it cannot be pulled. */
  resolve(name: string): ImageResolution {
    let resolution = this.resolved.get(name);
    if (!resolution) this.resolved.set(name, (resolution = this.look(name)));
    return resolution;
  }

  private look(name: string): ImageResolution {
    const reference = parseImageReference(name);
    if ('error' in reference) {
      return {
        kind: 'Failure',
        failure: 'InvalidName',
        message: `couldn't parse image name "${name}": ${reference.error}`,
      };
    }
    const definition = this.own.get(reference.repository) ?? DEFAULTS.get(reference.repository);
    if (!definition) return this.unknown(reference);
    const known =
      reference.digest !== undefined || new RegExp(`^(?:${definition.tags})$`).test(reference.tag);
    return known ? { kind: 'Image', image: pulled(reference, definition, true) } : tagUnknown(reference);
  }

  private unknown(reference: ImageReference): ImageResolution {
    const { repository, tag, digest, canonical } = reference;
    if (isWellKnown(repository)) {
      const there = digest !== undefined || isLikelyTag(tag);
      return there
        ? { kind: 'Image', image: pulled(reference, genericDefinition(reference), false) }
        : tagUnknown(reference);
    }
    const nearMiss = this.nearMiss(repository);
    if (nearMiss === undefined && this.settings.unknownImages === 'Run') {
      return { kind: 'Image', image: pulled(reference, genericDefinition(reference), false) };
    }
    const message = unknownRepository(repository, canonical);
    return { kind: 'Failure', failure: 'RepositoryUnknown', message, ...(nearMiss ? { nearMiss } : {}) };
  }

  /** The known name that is few edits away; only names of the same registry are compared. */
  private nearMiss(repository: string): string | undefined {
    const registry = repository.slice(0, repository.indexOf('/'));
    const name = familiarName(repository);
    let best: { name: string; distance: number } | undefined;
    for (const known of [...DEFAULTS.keys(), ...this.own.keys()]) {
      if (!known.startsWith(`${registry}/`)) continue;
      const candidate = familiarName(known);
      const limit = nearMissLimit(lastPart(candidate));
      if (candidate.includes('/') !== name.includes('/')) continue;
      const distance = editDistance(name, candidate, limit);
      if (distance <= limit && (!best || distance < best.distance)) best = { name: candidate, distance };
    }
    return best?.name;
  }
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function tagUnknown(reference: ImageReference): ImageResolution {
  const { canonical } = reference;
  return {
    kind: 'Failure',
    failure: 'TagUnknown',
    message: `rpc error: code = NotFound desc = failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}": ${canonical}: not found`,
  };
}

function genericDefinition(reference: ImageReference): ImageDefinition {
  return {
    repository: reference.repository,
    tags: '.*',
    version: reference.tag,
    sizeBytes: UNKNOWN_SIZE_BYTES,
    pullMs: UNKNOWN_PULL_MS,
    entrypoint: [],
    command: ['generic'],
    shell: true,
  };
}

const FULL_VERSION = /^v?[0-9]+\.[0-9]+\.[0-9]+/;
const PART_VERSION = /^v?[0-9]+(\.[0-9]+)?/;

function pulled(reference: ImageReference, definition: ImageDefinition, known: boolean): Image {
  const digest = reference.digest ?? `sha256:${hex(sha256(reference.canonical))}`;
  return {
    reference: reference.canonical,
    id: `${reference.repository}@${digest}`,
    version: versionOf(reference.tag, definition.version),
    definition,
    known,
  };
}

/** The version a tag stands for: the tag's own when it is a full one, else the newest of the series or the default. */
function versionOf(tag: string, newest: string): string {
  const full = FULL_VERSION.exec(tag);
  if (full) return full[0];
  const part = PART_VERSION.exec(tag);
  if (!part) return newest;
  return newest === part[0] || newest.startsWith(`${part[0]}.`) ? newest : part[0];
}
