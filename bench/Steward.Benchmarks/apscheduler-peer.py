"""The schedules of SchedulesBenchmark in APScheduler: how late each fires. Prints one line of JSON.

usage: apscheduler-peer.py SCHEDULES SECONDS [SQLITE-FILE]; without a file its jobs are in memory alone and gone with the process.
"""

import datetime
import json
import sys
import time

from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler


def nothing():
    pass


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


def main():
    count, seconds = int(sys.argv[1]), float(sys.argv[2])
    if len(sys.argv) > 3:
        from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
        store = SQLAlchemyJobStore(url="sqlite:///" + sys.argv[3])
    else:
        store = MemoryJobStore()
    late, missed, before, counting = [], [], resident(), [False]
    scheduler = BackgroundScheduler(jobstores={"default": store}, executors={"default": ThreadPoolExecutor(16)}, timezone="UTC",
                                    job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 100})

    def executed(event):
        if counting[0]:
            late.append((datetime.datetime.now(datetime.timezone.utc) - event.scheduled_run_time).total_seconds() * 1000)

    scheduler.add_listener(executed, EVENT_JOB_EXECUTED)
    scheduler.add_listener(missed.append, EVENT_JOB_MISSED)
    scheduler.start(paused=True)
    for number in range(count):
        second = number % 60
        # Every fifth comes twice a minute.
        scheduler.add_job(nothing, "cron", second=f"{second},{(second + 30) % 60}" if number % 5 == 0 else str(second), id=str(number))
    scheduler.resume()
    time.sleep(5)
    counting[0] = True
    time.sleep(seconds)
    counting[0] = False
    print(json.dumps({"late": [round(one, 2) for one in late], "missed": len(missed), "grown": resident() - before}), flush=True)
    import os
    os._exit(0)


main()
