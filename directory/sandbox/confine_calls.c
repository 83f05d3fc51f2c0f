/* The filters of system calls, by libseccomp. COMPUTE and NETWORK say what may be done, since what
 * they run is ours and small; PROGRAM says what may not, since a list of all that a foreign program
 * and its libraries call would break with their next release. */
#include "directory/sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* What any of our programs needs to compute, to read and write what is open, and to end. The second
 * row is what sanitizers use on the way. */
static const char *const compute[] = {
    "read",
    "pread64",
    "write",
    "lseek",
    "close",
    "munmap",
    "mremap",
    "madvise",
    "brk",
    "futex",
    "getrandom",
    "clock_gettime",
    "rt_sigreturn",
    "rt_sigprocmask",
    "restart_syscall",
    "wait4",
    "exit",
    "exit_group",
    "sigaltstack",
    "getpid",
    "gettid",
    "sched_yield",
    NULL,
};

/* What libcurl, OpenSSL and c-ares need besides, socket() apart. */
static const char *const network[] = {
    "connect",     "sendto",       "recvfrom",        "sendmsg",   "recvmsg",      "sendmmsg",
    "poll",        "ppoll",        "select",          "pselect6",  "getsockopt",   "setsockopt",
    "getsockname", "getpeername",  "shutdown",        "fcntl",     "ioctl",        "readv",
    "writev",      "rt_sigaction", "clock_nanosleep", "nanosleep", "gettimeofday", "time",
    "uname",       "getuid",       "geteuid",         "getgid",    "getegid",      "fstat",
    "newfstatat",  "dup",          "pipe2",           "eventfd2",  "socketpair",   "getrusage",
    "sysinfo",     NULL,
};

/* What a foreign program that draws pages must not do. */
static const char *const never[] = {
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "clone3",
    "fork",
    "vfork",
    "execveat",
    "unshare",
    "setns",
    "setsid",
    "setpgid",
    "kill",
    "tkill",
    "tgkill",
    "rt_sigqueueinfo",
    "rt_tgsigqueueinfo",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "kcmp",
    "prlimit64",
    "setpriority",
    "sched_setaffinity",
    "sched_setscheduler",
    "sched_setattr",
    "ioprio_set",
    "personality",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsmount",
    "mount_setattr",
    "swapon",
    "swapoff",
    "reboot",
    "init_module",
    "finit_module",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "io_setup",
    "keyctl",
    "add_key",
    "request_key",
    "memfd_create",
    "memfd_secret",
    "shmget",
    "shmat",
    "msgget",
    "semget",
    "mq_open",
    "inotify_init",
    "inotify_init1",
    "inotify_add_watch",
    "fanotify_init",
    "name_to_handle_at",
    "open_by_handle_at",
    "openat2",
    "creat",
    "truncate",
    "ftruncate",
    "fallocate",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "mknod",
    "mknodat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
    "utime",
    "utimes",
    "utimensat",
    "futimesat",
    NULL,
};

/* One rule for each name; a name that this machine's kernel never had is no rule. */
static int rules(scmp_filter_ctx f, uint32_t action, const char *const *names)
{
    for (; *names != NULL; names++) {
        int call = seccomp_syscall_resolve_name(*names);
        if (call == __NR_SCMP_ERROR)
            continue;
        int rc = seccomp_rule_add(f, action, call, 0);
        if (rc != 0 && rc != -EDOM)
            return rc;
    }
    return 0;
}

/* Memory, but never memory that can be executed. */
static int allow_memory(scmp_filter_ctx f)
{
    const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, plain);

    return rc != 0 ? rc : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, plain);
}

static int allow_sockets(scmp_filter_ctx f)
{
    int rc =
        seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET));

    return rc != 0 ? rc
                   : seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                      SCMP_A0(SCMP_CMP_EQ, AF_INET6));
}

/* Opening for anything but reading, and starting processes or threads. */
static int refuse_writing(scmp_filter_ctx f)
{
    static const int flags[] = {O_WRONLY, O_RDWR, O_CREAT};
    const uint32_t no = SCMP_ACT_ERRNO(EACCES);
    int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 0);

    for (size_t i = 0; rc == 0 && i < sizeof flags / sizeof flags[0]; i++) {
        scmp_datum_t flag = (scmp_datum_t)flags[i];
        rc = seccomp_rule_add(f, no, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, flag, flag));
        if (rc == 0)
            rc =
                seccomp_rule_add(f, no, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, flag, flag));
        if (rc == -EDOM) /* machines without open() */
            rc = 0;
    }
    return rc;
}

static uint32_t otherwise(enum confine_calls which)
{
    if (which == CONFINE_PROGRAM)
        return SCMP_ACT_ALLOW;
#ifdef __SANITIZE_ADDRESS__
    return SCMP_ACT_ERRNO(EPERM); /* so that a report is still written */
#else
    return which == CONFINE_COMPUTE ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM);
#endif
}

bool confine_calls(enum confine_calls which)
{
    scmp_filter_ctx f = seccomp_init(otherwise(which));
    int rc = f == NULL ? -ENOMEM : 0;

    if (rc == 0 && which == CONFINE_PROGRAM) {
        rc = rules(f, SCMP_ACT_ERRNO(EPERM), never);
        rc = rc != 0 ? rc : refuse_writing(f);
    } else if (rc == 0) {
        rc = rules(f, SCMP_ACT_ALLOW, compute);
        rc = rc != 0 ? rc : allow_memory(f);
        if (rc == 0 && which == CONFINE_NETWORK) {
            rc = rules(f, SCMP_ACT_ALLOW, network);
            rc = rc != 0 ? rc : allow_sockets(f);
        }
    }
    rc = rc != 0 ? rc : seccomp_load(f);
    seccomp_release(f);
    errno = -rc;
    return rc == 0;
}
