/* Each kind of confinement in a child of its own: what must still go, and what must not any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "directory/sandbox/confine.h"

enum end { WENT, REFUSED, DIED };

static const struct confine_limits limits = {
    .cpu_s = 5, .memory_max = (size_t)512 * 1024 * 1024, .files_max = 32};

/* Do something in a child that has closed itself in. 0: it went. */
static enum end in_a_child(bool (*close_in)(void), int (*act)(void))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        if (!close_in())
            _exit(99);
        _exit(act() >= 0 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGSYS);
        return DIED;
    }
    assert_int_not_equal(WEXITSTATUS(status), 99);
    return WEXITSTATUS(status) == 0 ? WENT : REFUSED;
}

static bool nothing(void)
{
    return true;
}

static bool limited(void)
{
    return confine_begin(&limits);
}

static bool compute(void)
{
    return confine_begin(&limits) && confine_files(NULL, NULL, false) >= 0 &&
           confine_calls(CONFINE_COMPUTE);
}

static bool network(void)
{
    return confine_begin(&limits) && confine_files(NULL, NULL, true) >= 0 &&
           confine_calls(CONFINE_NETWORK);
}

static bool program(void)
{
    static const char *const readable[] = {"/usr", NULL};
    return confine_begin(&limits) && confine_files(readable, NULL, false) >= 0 &&
           confine_calls(CONFINE_PROGRAM);
}

static int read_a_file(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static int read_beneath_usr(void)
{
    return open("/usr/bin/env", O_RDONLY);
}

static int write_a_file(void)
{
    return open("/tmp/agora-confine-test", O_WRONLY | O_CREAT, 0600);
}

static int inet_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int netlink_socket(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 0);
}

static int start_a_process(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    return child;
}

static int run_a_program(void)
{
    char name[] = "true";
    char *const arguments[] = {name, NULL};

    return execve("/usr/bin/true", arguments, NULL);
}

static int kill_the_parent(void)
{
    return kill(getppid(), 0);
}

static int become_root(void)
{
    return setuid(0);
}

static int executable_memory(void)
{
    void *at =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? -1 : 0;
}

static int memory(void)
{
    volatile char *at = malloc(1 << 20);

    if (at == NULL)
        return -1;
    at[5] = 1;
    return 0;
}

static int gain_privileges(void)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? -1 : 0;
}

static int dump_core(void)
{
    return prctl(PR_GET_DUMPABLE) == 0 ? -1 : 0;
}

static int trace_the_parent(void)
{
    char c;
    int fd = open("/proc/1/environ", O_RDONLY);

    return fd < 0 ? -1 : (int)read(fd, &c, 1);
}

static bool never(enum end end)
{
    return end == REFUSED || end == DIED;
}

/* Else the tests below would show nothing. */
static void what_is_tried_goes_when_nothing_is_closed(void **state)
{
    (void)state;
    int (*const acts[])(void) = {read_a_file,     read_beneath_usr,  inet_socket,
                                 unix_socket,     netlink_socket,    start_a_process,
                                 kill_the_parent, executable_memory, memory,
                                 gain_privileges, dump_core};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        assert_int_equal(in_a_child(nothing, acts[i]), WENT);
}

static void root_and_new_privileges_are_given_up(void **state)
{
    (void)state;
    int (*const acts[])(void) = {become_root, gain_privileges, dump_core, trace_the_parent};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        assert_true(never(in_a_child(limited, acts[i])));
    assert_int_equal(in_a_child(limited, memory), WENT);
}

static void what_computes_has_memory_and_nothing_else(void **state)
{
    (void)state;
    int (*const acts[])(void) = {read_a_file,     read_beneath_usr, write_a_file,     inet_socket,
                                 unix_socket,     netlink_socket,   start_a_process,  run_a_program,
                                 kill_the_parent, become_root,      executable_memory};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        assert_true(never(in_a_child(compute, acts[i])));
    assert_int_equal(in_a_child(compute, memory), WENT);
}

static void what_goes_out_has_sockets_of_the_internet_and_no_files(void **state)
{
    (void)state;
    int (*const acts[])(void) = {read_a_file,    read_beneath_usr, write_a_file,  unix_socket,
                                 netlink_socket, start_a_process,  run_a_program, kill_the_parent,
                                 become_root,    executable_memory};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        assert_true(never(in_a_child(network, acts[i])));
    assert_int_equal(in_a_child(network, inet_socket), WENT);
    assert_int_equal(in_a_child(network, memory), WENT);
}

static void a_program_reads_where_it_may_and_reaches_nobody(void **state)
{
    (void)state;
    int (*const acts[])(void) = {write_a_file,    inet_socket,     unix_socket, netlink_socket,
                                 start_a_process, kill_the_parent, become_root};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        assert_true(never(in_a_child(program, acts[i])));
    assert_int_equal(in_a_child(program, read_beneath_usr), WENT);
    assert_int_equal(in_a_child(program, memory), WENT);
}

/* Where the kernel has Landlock: without it that one right is left, as is written down. */
static void a_program_reads_nothing_outside_where_there_is_landlock(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(confine_begin(&limits) && confine_files(NULL, NULL, false) > 0 ? 0 : 1);
    waitpid(child, &status, 0);
    if (status != 0)
        skip();
    assert_true(never(in_a_child(program, read_a_file)));
    assert_true(never(in_a_child(program, run_a_program)));
}

static bool few_seconds(void)
{
    return confine_begin(&(struct confine_limits){1, limits.memory_max, limits.files_max}) &&
           confine_begin(&limits);
}

static void a_limit_can_only_become_lower(void **state)
{
    int status = 0;
    pid_t child;

    (void)state;
    child = fork();
    if (child == 0) {
        if (!few_seconds())
            _exit(99);
        for (volatile unsigned long i = 0;; i++) {
        }
    }
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) &&
                (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_tried_goes_when_nothing_is_closed),
        cmocka_unit_test(root_and_new_privileges_are_given_up),
        cmocka_unit_test(what_computes_has_memory_and_nothing_else),
        cmocka_unit_test(what_goes_out_has_sockets_of_the_internet_and_no_files),
        cmocka_unit_test(a_program_reads_where_it_may_and_reaches_nobody),
        cmocka_unit_test(a_program_reads_nothing_outside_where_there_is_landlock),
        cmocka_unit_test(a_limit_can_only_become_lower),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
