import { CONTRACT_LIMITS } from '@podlab/contracts';
import { LimitExceeded, Refusal, withinLimit } from '@podlab/kernel';
import { Environment } from '@marcbachmann/cel-js';
import { celValue } from './cel-value';
import { Pattern } from './pattern';
import { InvalidPattern } from './pattern-syntax';

/** The expression is wrong in itself: a mistake of the lab's author. */
export class InvalidExpression extends Refusal {
  override readonly name = 'InvalidExpression';
}

/** The expression has no answer for these values: a field that is not there, a text that is no number. */
export class ExpressionFailed extends Refusal {
  override readonly name = 'ExpressionFailed';
}

/** What an expression may speak of. */
export interface ExpressionScope {
  readonly object?: unknown;
  readonly objects?: readonly unknown[];
  readonly values?: Readonly<Record<string, unknown>>;
  readonly request?: unknown;
  readonly result?: unknown;
}

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** A loop in a loop: with the sizes of what is looped over, that bounds what an expression can cost. */
const LOOPS_MAXIMUM = 2;
/** They let a text grow with every use. */
const REFUSED: ReadonlySet<string> = new Set(['bind', 'join']);
/** Named here, so that the language's own (backtracking) one is never reached. */
const MATCHES = 'matchesPattern';
/** What is put round everything that is looped over, and what it counts in. */
const COUNTED = 'countedLoop';
const COST = '__cost';
/** Steps of a pattern that cost as much as a turn of a loop. */
const PATTERN_STEPS = 1000;

const ENVIRONMENT = new Environment({ limits: { maxAstNodes: 300, maxDepth: 40 } })
  .registerVariable('object', 'dyn')
  .registerVariable('objects', 'list<dyn>')
  .registerVariable('values', 'map<string, dyn>')
  .registerVariable('request', 'dyn')
  .registerVariable('result', 'dyn')
  .registerVariable(COST, 'dyn')
  .registerFunction(`string.${MATCHES}(string, dyn): bool`, (text: string, pattern: string, cost: Cost) => {
    const [program, part] = [new Pattern(pattern), text.slice(0, CONTRACT_LIMITS.labTemplateCharacters)];
    charge(cost, 1 + Math.floor((program.size * part.length) / PATTERN_STEPS));
    return program.test(part);
  })
  .registerFunction(`${COUNTED}(dyn, dyn): dyn`, (items: unknown, cost: Cost) => counted(items, cost));

/** What an evaluation has used up, as a value that the language can hand on. */
type Cost = Map<'used', number>;

function charge(cost: Cost, units: number): void {
  const used = (cost.get('used') ?? 0) + units;
  cost.set('used', used);
  withinLimit('labExpressionCost', used, CONTRACT_LIMITS.labExpressionCost);
}

/**
 * What is looped over, counted item by item. Loops go on over an item whose expression fails, but not when the item
 * itself can't be had: so a loop around this one ends, too.
 */
function counted(items: unknown, cost: Cost): unknown {
  const list = items instanceof Map ? [...(items as Map<unknown, unknown>).keys()] : items;
  if (!Array.isArray(list)) return list;
  return new Proxy(list, {
    get(target: unknown[], key) {
      if (key !== 'length') charge(cost, 1);
      return Reflect.get(target, key) as unknown;
    },
  });
}

/** A node of the parser's tree, as far as it is walked here. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  /** Where a loop is written out, `alternate` is what is run. */
  readonly meta: { readonly alternate?: { readonly op: string; readonly args: { iterable: Node } } };
}

/** CEL as Kubernetes has it, without time zones and with a bounded cost. Throws InvalidExpression. */
export class Expression {
  private readonly program: ReturnType<typeof ENVIRONMENT.parse>;

  constructor(readonly text: string) {
    try {
      if (text.includes(COST)) throw new InvalidExpression(`${COST} is no name`);
      this.program = ENVIRONMENT.parse(text);
      restrict(this.program.ast as unknown as Node, 0);
      const checked = this.program.check();
      if (!checked.valid) throw checked.error ?? new InvalidExpression('it is not valid');
    } catch (error) {
      throw new InvalidExpression(`${summary(error)}: ${text}`);
    }
  }

  /** Throws ExpressionFailed. */
  evaluate(scope: ExpressionScope): unknown {
    try {
      const { object = null, objects: all = [] } = scope;
      const objects = all.map(celValue);
      return this.program({
        object: object !== null && object === all[0] ? objects[0] : celValue(object),
        objects,
        values: celValue(scope.values ?? {}),
        request: celValue(scope.request ?? null),
        result: celValue(scope.result ?? null),
        [COST]: new Map([['used', 0]]),
      }) as unknown;
    } catch (error) {
      throw new ExpressionFailed(summary(error));
    }
  }

  /** Whether it is true. Throws ExpressionFailed, also where it is neither true nor false. */
  holds(scope: ExpressionScope): boolean {
    const value = this.evaluate(scope);
    if (typeof value !== 'boolean') throw new ExpressionFailed('it is neither true nor false');
    return value;
  }
}

function summary(error: unknown): string {
  if (error instanceof InvalidPattern || error instanceof LimitExceeded) return error.message;
  const { summary: text, message } = error as { summary?: unknown; message: string };
  return typeof text === 'string' ? text : message.split('\n')[0];
}

/** Refuses what would cost too much, or depend on where it runs; puts the linear `matches` in the other's place. */
function restrict(value: unknown, loops: number): void {
  if (Array.isArray(value)) {
    for (const part of value) restrict(part, loops);
    return;
  }
  if (!isNode(value)) return;
  const inside = loops + (isLoop(value) ? 1 : 0);
  if (inside > LOOPS_MAXIMUM) throw new InvalidExpression(`loops nest at most ${LOOPS_MAXIMUM} deep`);
  if (value.op === 'rcall') restrictCall(value.args as [string, unknown, unknown[]]);
  restrict(value.args, inside);
  if (isLoop(value)) countTurns(value);
}

/** A loop is run over a list that was counted before. */
function countTurns(loop: Node): void {
  const { alternate } = loop.meta;
  if (alternate?.op !== 'comprehension') throw new InvalidExpression('this loop is not supported');
  const { ast } = ENVIRONMENT.parse(`${COUNTED}(${COST}, ${COST})`) as unknown as {
    ast: { args: [string, Node[]] };
  };
  ast.args[1][0] = alternate.args.iterable;
  alternate.args.iterable = ast as unknown as Node;
}

const costNode = (): Node => (ENVIRONMENT.parse(COST) as unknown as { ast: Node }).ast;

function restrictCall(args: [name: string, receiver: unknown, parameters: unknown[]]): void {
  const [name, , parameters] = args;
  if (REFUSED.has(name)) throw new InvalidExpression(`${name}() is not supported`);
  if (name === 'getDayOfYear' || (name.startsWith('get') && parameters.length > 0))
    throw new InvalidExpression(`${name}() depends on a time zone and is not supported`);
  if (name !== 'matches') return;
  const [pattern] = parameters;
  if (isNode(pattern) && pattern.op === 'value' && typeof pattern.args === 'string')
    new Pattern(pattern.args);
  args[0] = MATCHES;
  parameters.push(costNode());
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'op' in value;
const isLoop = ({ op, args }: Node) => op === 'rcall' && MACROS.has((args as [string])[0]);
