/** What the module is made of that has to do with labs and grades. */
import { AssignmentDesk } from '../labs/assignment-desk';
import { AttemptDesk } from '../labs/attempt-desk';
import { AttemptDirectory } from '../labs/attempt-directory';
import { AttemptFeed } from '../labs/attempt-feed';
import { AttemptsHttpController } from '../labs/attempts.http-controller';
import { CheckDesk } from '../labs/check-desk';
import { LabCatalogue } from '../labs/lab-catalogue';
import { LabsHttpController } from '../labs/labs.http-controller';
import { GradeBook } from './grade-book';
import { GradeDesk } from './grade-desk';
import { GradeHttpController } from './grade.http-controller';
import { Grader } from './grader';
import { GradesHttpController } from './grades.http-controller';
import { RegradeDesk } from './regrade-desk';

export const GRADING_CONTROLLERS = [
  LabsHttpController,
  AttemptsHttpController,
  GradeHttpController,
  GradesHttpController,
];

export const GRADING_PROVIDERS = [
  LabCatalogue,
  AttemptFeed,
  AttemptDirectory,
  AttemptDesk,
  AssignmentDesk,
  CheckDesk,
  Grader,
  GradeDesk,
  GradeBook,
  RegradeDesk,
];
