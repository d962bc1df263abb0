/** Those who watch the wall of one lab of a class, and what they hear: every tile as it changes, at a bounded pace. */
import type { Wall, WallTile } from '@podlab/contracts';
import type { Lab } from '@podlab/grading';
import type { ClassRecord } from '@podlab/persistence';
import { Pace } from '../wall/pace';
import type { WallDesk } from '../wall/wall-desk';
import type { ClassSubscription } from './class-subscription';
import type { ClientSocket } from './unsent';

const TILE_GAP_MS = 250;
const HEAT_GAP_MS = 1000;
/** What stands for the heat among persons. */
const HEAT = '';

export class WallRoom {
  readonly watchers = new Set<ClassSubscription>();
  /** The tiles that were told, by person: so that those that vanish can be told, too. */
  private readonly shown = new Map<string, WallTile>();
  private readonly tiles: Pace;
  private readonly heat: Pace;

  constructor(
    private readonly desk: WallDesk,
    private readonly classId: string,
    private readonly lab: Lab,
    onError: (error: unknown) => void,
  ) {
    this.tiles = new Pace(TILE_GAP_MS, (person) => this.tellTile(person), onError);
    this.heat = new Pace(HEAT_GAP_MS, () => this.tellHeat(), onError);
  }

  async wall(record: ClassRecord): Promise<Wall> {
    const wall = await this.desk.wall(record, this.lab);
    for (const tile of wall.tiles) this.shown.set(tile.person.id, tile);
    return wall;
  }

  /** What it missed while the wall was read is told as it is now. */
  begin(watcher: ClassSubscription): void {
    watcher.begin();
    for (const person of watcher.missed) {
      if (person === HEAT) this.heatChanged();
      else this.changed(person);
    }
  }

  changed(person: string): void {
    this.tiles.ask(person);
  }

  heatChanged(): void {
    this.heat.ask(HEAT);
  }

  stop(): void {
    this.tiles.stop();
    this.heat.stop();
  }

  private async tellTile(person: string): Promise<void> {
    const tile = await this.desk.tile(this.classId, this.lab, person);
    if (tile) this.show(tile);
    const before = this.shown.get(person);
    if (!before || tile?.person.id === person) return;
    this.shown.delete(person);
    const gone = { class: this.classId, lab: this.lab.name, tile: before, removed: true as const };
    this.tell(person, (socket) => socket.emit('wall', gone));
    // A group goes on under the name of another member.
    const rest = before.group && (await this.desk.tileOfGroup(this.classId, this.lab, before.group));
    if (rest) this.show(rest);
  }

  private show(tile: WallTile): void {
    this.shown.set(tile.person.id, tile);
    const event = { class: this.classId, lab: this.lab.name, tile };
    this.tell(tile.person.id, (socket) => socket.emit('wall', event));
  }

  private async tellHeat(): Promise<void> {
    const heat = await this.desk.heat(this.classId, this.lab.name);
    const event = { class: this.classId, lab: this.lab.name, heat };
    this.tell(HEAT, (socket) => socket.emit('heat', event));
  }

  private tell(about: string, send: (socket: ClientSocket) => void): void {
    for (const watcher of [...this.watchers]) {
      if (watcher.begun) watcher.emit(send);
      else watcher.missed.add(about);
    }
  }
}
