import { LimitExceeded } from '@podlab/kernel';
import { PathTree } from '../chain-paths';
import type { RuleCitation } from '../trace';
import type { CompiledChain, CompiledRule, RuleContext } from './compile';
import type { Target } from './types';

/** What a table said: go on, or what the rule in {@link Evaluator.rule} wants. */
export type Verdict = 'ACCEPT' | 'DROP' | 'REJECT' | 'NAT' | 'CONTINUE';

/** Told of what rules do on the way to the verdict; given only while a trace is recorded. */
export interface EvaluationObserver {
  marked(evaluator: Evaluator, chain: CompiledChain, position: number): void;
  balanced(evaluator: Evaluator, chain: CompiledChain, position: number): void;
}

/** User chains that may call one another, one in the other. */
const JUMP_DEPTH_LIMIT = 64;

/** Walks chains. After a verdict the fields say which rule gave it; `rule` is undefined for a chain's policy. */
export class Evaluator {
  /** The type of the steps that tell of what it decided. */
  readonly step = 'Iptables';
  rule: CompiledRule | undefined;
  chain: CompiledChain | undefined;
  position = -1;
  private readonly stack: CompiledChain[] = [];
  private depth = 0;
  private readonly paths = new PathTree();

  /** The verdict of a built-in chain, its policy included. */
  run(chain: CompiledChain, context: RuleContext, observer: EvaluationObserver | undefined): Verdict {
    this.depth = 0;
    this.rule = undefined;
    this.position = -1;
    const verdict = this.walk(chain, context, observer);
    if (verdict !== 'CONTINUE') return verdict;
    this.chain = chain;
    this.stack[0] = chain;
    this.depth = 1;
    return chain.state.policy === 'DROP' ? 'DROP' : 'CONTINUE';
  }

  /** Names of the chains on the way to where the walk is, outermost first; the same object for the same way. */
  path(): readonly string[] {
    return this.paths.pathOf(this.stack, this.depth);
  }

  private walk(
    chain: CompiledChain,
    context: RuleContext,
    observer: EvaluationObserver | undefined,
  ): Verdict {
    if (this.depth >= JUMP_DEPTH_LIMIT) throw new LimitExceeded('iptables jump depth', JUMP_DEPTH_LIMIT);
    this.stack[this.depth++] = chain;
    const { rules, index } = chain;
    const { packet } = context;
    let position = -1;
    for (;;) {
      position =
        index === undefined
          ? position + 1
          : index.next(packet.destination, packet.destination_port, position + 1);
      if (position < 0 || position >= rules.length) break;
      const rule = rules[position];
      if (!rule.matches(context)) continue;
      const { kind } = rule;
      if (kind === 'JUMP') {
        if (observer !== undefined && chain.candidates.length > 0) observer.balanced(this, chain, position);
        const verdict = this.walk(rule.chain as CompiledChain, context, observer);
        if (verdict !== 'CONTINUE') return verdict;
      } else if (kind === 'MARK') {
        const target = rule.target as Extract<Target, { kind: 'MARK' }>;
        packet.mark = ((packet.mark & ~target.mask) ^ target.value) >>> 0;
        observer?.marked(this, chain, position);
      } else if (kind === 'RETURN') {
        break;
      } else if (kind !== 'NONE') {
        return this.decide(chain, position, rule);
      }
    }
    this.depth--;
    return 'CONTINUE';
  }

  private decide(chain: CompiledChain, position: number, rule: CompiledRule): Verdict {
    this.rule = rule;
    this.chain = chain;
    this.position = position;
    const { kind } = rule;
    return kind === 'ACCEPT' || kind === 'DROP' || kind === 'REJECT' ? kind : 'NAT';
  }

  /** What the rule that gave the verdict wants. */
  get target(): Target | undefined {
    return this.rule?.target;
  }

  get nat_address(): CompiledRule['nat_address'] {
    return this.rule?.nat_address ?? 0;
  }

  /** The rule or policy that gave the verdict. */
  citation(): RuleCitation {
    return cite(this.chain as CompiledChain, this.position);
  }
}

/** A rule as iptables-save prints it; position -1 is the policy of the chain. */
export function cite(chain: CompiledChain, position: number): RuleCitation {
  const { table, name } = chain;
  if (position < 0) {
    return { table, chain: name, text: `-P ${name} ${chain.state.policy ?? '-'}`, index: position };
  }
  const rule = chain.rules[position];
  if (rule.citation?.index !== position) {
    rule.citation = { table, chain: name, text: `-A ${name} ${rule.text}`.trimEnd(), index: position };
  }
  return rule.citation;
}
