"""Becomes another program that cannot outlive the process which started it.

Run as a script: ``leash.py PARENT_PID DEATH_SIGNAL UID GID PROGRAM ARGUMENT…``; ``-`` for UID and GID keeps the
account. Standard library only. A script instead of a ``preexec_fn``, because code between fork and exec of a process
with threads can hang; and the death signal must be asked for after the account changes: the kernel forgets it then.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Drops the account, ties the own life to the parent's, and executes the program in place."""
    parent, death_signal, uid, gid, *command = arguments
    if uid != "-":
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The starting process ended first.")
    for inherited in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP):
        signal.signal(inherited, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.execv(command[0], command)  # noqa: S606 -- replacing ourselves by the given program is this script's purpose


if __name__ == "__main__":
    main(sys.argv[1:])
