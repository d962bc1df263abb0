/** What the module is made of that has to do with learning platforms. */
import { Enrolment } from './enrolment';
import { GradeBookClient } from './grade-book-client';
import { LaunchDesk } from './launch-desk';
import { LtiHttpController } from './lti.http-controller';
import { Passback } from './passback';
import { PlatformDesk } from './platform-desk';
import { RoundTrips } from './round-trip';
import { ToolKey } from './tool-key';

export const LTI_CONTROLLERS = [LtiHttpController];

export const LTI_PROVIDERS = [
  ToolKey,
  PlatformDesk,
  RoundTrips,
  Enrolment,
  GradeBookClient,
  Passback,
  LaunchDesk,
];
