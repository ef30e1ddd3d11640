"""Doing something as another Unix user: in a child that has become that user for good."""
import os
import pickle
import pwd
import traceback

MANAGER = 64200  # a person who may use the terminal, but is not root


def ids_of(user):
    if user == 'manager':
        return MANAGER, MANAGER
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def run_as(user, act):
    """What act() returns, or raises, when `user` does it. Both have to be picklable."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _act_and_exit(user, act, reader, writer)
    os.close(writer)
    with open(reader, 'rb') as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    if not said:
        raise RuntimeError(f'{user}: died without a word')
    result, error = pickle.loads(said)
    if error is not None:
        raise error
    return result


def _act_and_exit(user, act, reader, writer):
    os.close(reader)
    try:
        uid, gid = ids_of(user)
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        said = pickle.dumps((act(), None))
    except Exception as error:  # whatever it is, the parent has to know
        error.__cause__ = error.__context__ = None
        try:
            said = pickle.dumps((None, error))
            pickle.loads(said)
        except Exception:
            said = pickle.dumps((None, RuntimeError(traceback.format_exc())))
    with open(writer, 'wb') as pipe:
        pipe.write(said)
    os._exit(0)
