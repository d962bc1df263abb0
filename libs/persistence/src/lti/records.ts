/** The rows of learning platforms (LTI 1.3); times are wall milliseconds. */

/** A platform that may launch: one deployment of this tool in it. */
export interface LtiPlatformRecord {
  id: string;
  name: string;
  issuer: string;
  client_id: string;
  deployment_id: string;
  authorization_url: string;
  token_url: string;
  jwks_url: string;
  /** Origins whose pages may show this tool in a frame, JSON. */
  frame_origins: string;
  created_at: number;
}

/** The class that stands for a course of a platform. */
export interface LtiContextRecord {
  platform_id: string;
  context_id: string;
  class_id: string;
  /** Where the platform tells who is in the course (Names and Role Provisioning Services). */
  memberships_url: string | null;
}

/** A link of a course to this tool, from its first launch on. */
export interface LtiLinkRecord {
  id: string;
  platform_id: string;
  resource_link_id: string;
  class_id: string;
  title: string | null;
  /** Where it leads; null: nobody has said so. */
  lab: string | null;
  seen_at: number;
}

/** Where a person's score of one link goes, and whether it is there: kept until it is. */
export interface LtiGradeRecord {
  platform_id: string;
  resource_link_id: string;
  person_id: string;
  class_id: string;
  lab: string;
  /** Who it is there. */
  subject: string;
  /** Its column in the platform's grade book; null: to be made by way of `line_items`. */
  line_item: string | null;
  line_items: string | null;
  score: number | null;
  max: number;
  scored_at: number | null;
  sent_at: number | null;
  tries: number;
  /** Null: there is nothing to send. */
  next_try_at: number | null;
  last_error: string | null;
}
