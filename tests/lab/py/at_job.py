#!/usr/bin/python3
"""at_job.py HOST USER%PASSWORD COMMAND: have the server's scheduler run COMMAND one minute past midnight, with Samba's Python bindings."""
import sys

from samba import param
from samba.credentials import Credentials
from samba.dcerpc import atsvc

ONE_PAST_MIDNIGHT = 60 * 1000

host, login, command = sys.argv[1:]
settings = param.LoadParm()
settings.load_default()
credentials = Credentials()
credentials.guess(settings)
credentials.parse_string(login)
job = atsvc.JobInfo()
job.job_time, job.command = ONE_PAST_MIDNIGHT, command
print('job', atsvc.atsvc('ncacn_np:%s[\\pipe\\atsvc]' % host, settings, credentials).JobAdd(None, job))
