import type { Contents } from '../docker/read-evidence.js';
import type { DoctorReport } from '../doctor/diagnose.js';
import type { Comparison } from '../plan/compare.js';
import type { Proof } from '../prove/proof.js';
import type { ErrorReport, PlanReport } from './plan-json.js';
import type { ShowReport } from './show.js';

/**
 * Every JSON document that is printed or saved. The schemas of the package are made from these types and their comments
 * (.config/schemas.js), so a document is described once.
 */
export type JsonDocument =
  PlanReport | ErrorReport | ShowReport | Comparison | DoctorReport | Proof | Contents;
