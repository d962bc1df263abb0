/** What the module is made of that has to do with watching and guiding a class. */
import { ClassRooms } from '../realtime/class-rooms';
import { ActivityDesk } from './activity-desk';
import { BroadcastDesk } from './broadcast-desk';
import { ClassFeed } from './class-feed';
import { MessageDesk } from './message-desk';
import { Presence } from './presence';
import { TimeLineDesk } from './time-line-desk';
import { WallDesk } from './wall-desk';
import { WallHttpController } from './wall.http-controller';

export const WALL_CONTROLLERS = [WallHttpController];

export const WALL_PROVIDERS = [
  ClassFeed,
  Presence,
  ActivityDesk,
  WallDesk,
  MessageDesk,
  BroadcastDesk,
  ClassRooms,
  TimeLineDesk,
];
