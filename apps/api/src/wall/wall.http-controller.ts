import { Body, Controller, Get, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  Broadcast,
  BroadcastEvent,
  ClassMessage,
  MessageCreate,
  type Page,
  pageOf,
  Wall,
  WallQuery,
} from '@podlab/contracts';
import { Caller } from '../auth/caller';
import type { Principal } from '../auth/principal';
import { Answers } from '../documentation/answers';
import { BroadcastDesk } from './broadcast-desk';
import { MessageDesk } from './message-desk';
import { WallDesk } from './wall-desk';

@ApiTags('wall')
@Controller('api/v1/classes/:id')
export class WallHttpController {
  constructor(
    @Inject(WallDesk) private readonly wall: WallDesk,
    @Inject(MessageDesk) private readonly messages: MessageDesk,
    @Inject(BroadcastDesk) private readonly broadcasts: BroadcastDesk,
  ) {}

  @Get('wall')
  @Answers('Where every student of the class stands in a lab, and where requests fail', 200, Wall)
  getWall(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Query({ schema: WallQuery }) { lab }: WallQuery,
  ): Promise<Wall> {
    return this.wall.get(principal, id, lab);
  }

  @Post('messages')
  @Answers('Says something to the class, or to one member', 201, ClassMessage)
  sendMessage(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: MessageCreate }) body: MessageCreate,
  ): Promise<ClassMessage> {
    return this.messages.send(principal, id, body);
  }

  @Get('messages')
  @Answers('What was said to all, to the caller or by the caller, oldest first', 200, pageOf(ClassMessage))
  async listMessages(@Caller() principal: Principal, @Param('id') id: string): Promise<Page<ClassMessage>> {
    return { items: await this.messages.list(principal, id), next_cursor: null };
  }

  @Put('broadcast')
  @Answers('Lets every member look at a cluster; null ends it', 200, BroadcastEvent)
  setBroadcast(
    @Caller() principal: Principal,
    @Param('id') id: string,
    @Body({ schema: Broadcast }) body: Broadcast,
  ): Promise<BroadcastEvent> {
    return this.broadcasts.set(principal, id, body);
  }
}
