/** What the module is made of that has to do with learning platforms. */
import { CoursesHttpController } from './courses.http-controller';
import { DeepLinkDesk } from './deep-link-desk';
import { Enrolment } from './enrolment';
import { FrameOrigins } from './frame-origins';
import { GradeBookClient } from './grade-book-client';
import { LaunchDesk } from './launch-desk';
import { LinkDesk } from './link-desk';
import { LtiHttpController } from './lti.http-controller';
import { Passback } from './passback';
import { PlatformDesk } from './platform-desk';
import { CourseRosterDesk } from './course-roster-desk';
import { RoundTrips } from './round-trip';
import { ServiceClient } from './service-client';
import { ToolKey } from './tool-key';

export const LTI_CONTROLLERS = [LtiHttpController, CoursesHttpController];

export const LTI_PROVIDERS = [
  ToolKey,
  FrameOrigins,
  ServiceClient,
  PlatformDesk,
  RoundTrips,
  Enrolment,
  GradeBookClient,
  Passback,
  LinkDesk,
  CourseRosterDesk,
  DeepLinkDesk,
  LaunchDesk,
];
