import { completeJob } from '../../db/work/jobs.ts'
import { publish } from '../messaging/event.ts'
import { consumes, on } from '../messaging/subscription.ts'
import { generateReport } from './contract.ts'
import { generateReportJob, reportGenerated } from './events.ts'

export default consumes<'report'>({
  report_job_queue: on(generateReportJob, generateReport).as(
    ({ report_type }) => ({ report_type }),
    {
      200: ({ job_id }, { report_hash, computation_time_seconds, timestamp }) => [
        publish(
          reportGenerated,
          { job_id, report_hash, duration_seconds: computation_time_seconds, timestamp },
          `job/${job_id}`,
        ),
      ],
    },
    {
      jobOf: ({ job_id }) => job_id,
      effects: { 200: (db, { job_id }, report) => completeJob(db, job_id, report) },
    },
  ),
})
