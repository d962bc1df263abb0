import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { ProblemException } from './problem-exception';

type PathPart = PropertyKey | { readonly key: PropertyKey };
interface Issue {
  readonly message: string;
  readonly path?: readonly PathPart[];
  /** zod's name of the rule; `keys` are the fields that the schema does not know. */
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** `nodes[0].name`; the whole body is the empty text. */
export function pathText(path: readonly PathPart[] = []): string {
  return path
    .map((part) => (typeof part === 'object' ? part.key : part))
    .reduce<string>((text, part) => {
      if (typeof part === 'number') return `${text}[${part}]`;
      return text ? `${text}.${String(part)}` : String(part);
    }, '');
}

function errorsOf({ path = [], message, code, keys }: Issue): { path: string; message: string }[] {
  if (code !== 'unrecognized_keys' || !keys) return [{ path: pathText(path), message }];
  return keys.map((key) => ({ path: pathText([...path, key]), message: 'is not a known field' }));
}

function invalid(code: 'InvalidBody' | 'InvalidQuery', issues: readonly Issue[]): ProblemException {
  const errors = issues.flatMap(errorsOf);
  const first = errors[0];
  return new ProblemException(code, first.path ? `${first.path}: ${first.message}` : first.message, errors);
}

/** Parses what came over a socket. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid('InvalidBody', result.error.issues);
  return result.data;
}

/** Validates every parameter that names a schema, and hands on what the schema makes of it. */
@Injectable()
export class ContractPipe implements PipeTransform {
  async transform(value: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (!schema) return value;
    const result = await schema['~standard'].validate(value ?? {});
    if (result.issues) throw invalid(type === 'query' ? 'InvalidQuery' : 'InvalidBody', result.issues);
    return result.value;
  }
}
