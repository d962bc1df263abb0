/** Ways through chains that are remembered; beyond this many they are forgotten. */
const PATHS_LIMIT = 4_096;

class PathNode {
  readonly next = new Map<string, PathNode>();

  constructor(readonly names: readonly string[]) {}
}

/** Paths through chains as a tree, so that those who take the same one share it. */
export class PathTree {
  private root = new PathNode([]);
  private known = 0;

  /** Names of the first `depth` chains of a stack; the same array for the same way. */
  pathOf(stack: readonly { readonly name: string }[], depth: number): readonly string[] {
    let node = this.root;
    for (let at = 0; at < depth; at++) {
      const { name } = stack[at];
      node = node.next.get(name) ?? this.newNode(node, name);
    }
    return node.names;
  }

  private newNode(from: PathNode, name: string): PathNode {
    if (this.known++ >= PATHS_LIMIT) {
      this.root = new PathNode([]);
      this.known = 0;
    }
    const made = new PathNode([...from.names, name]);
    from.next.set(name, made);
    return made;
  }
}
