/* Running a program to its end: with real programs of the system in the place of ours. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "directory/base/config.h"
#include "directory/domain/helper.h"

static struct config config = {.agora_libexec_dir = "/usr/bin"};

static struct helper_end run(struct work *w, const char *program, int in, size_t most,
                             unsigned seconds)
{
    struct helper_end end = {0};
    const struct helper h = {program, NULL, in, most, seconds};

    assert_int_equal(work_begin(w, NULL, NULL, &config), AGORA_OK);
    assert_int_equal(helper_run(w, &h, &end), AGORA_OK);
    return end;
}

static void what_goes_in_comes_out_and_the_end_is_told(void **state)
{
    struct work w;
    int in = helper_text("to and fro", 10);

    (void)state;
    struct helper_end end = run(&w, "cat", in, 100, 60);
    assert_int_equal(end.out_len, 10);
    assert_memory_equal(end.out, "to and fro", 10);
    assert_true(WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0);
    work_end(&w);
    close(in);
    in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    end = run(&w, "false", in, 100, 60);
    assert_true(WIFEXITED(end.status) && WEXITSTATUS(end.status) == 1 && !end.late);
    work_end(&w);
    close(in);
}

/* Also more than a pipe holds. */
static void a_long_answer_comes_whole(void **state)
{
    struct work w;
    static char text[300000];
    int in = helper_text(memset(text, 'x', sizeof text), sizeof text);

    (void)state;
    struct helper_end end = run(&w, "cat", in, sizeof text, 60);
    assert_int_equal(end.out_len, sizeof text);
    assert_memory_equal(end.out, text, sizeof text);
    assert_false(end.too_long);
    work_end(&w);
    close(in);
}

static void who_says_too_much_is_ended(void **state)
{
    struct work w;
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    struct helper_end end = run(&w, "yes", in, 100000, 60);
    assert_true(end.too_long && WIFSIGNALED(end.status));
    work_end(&w);
    close(in);
}

/* It waits for input that never comes. */
static void who_does_not_come_to_an_end_is_ended(void **state)
{
    struct work w;
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct helper_end end = run(&w, "cat", ends[0], 100, 1);
    assert_true(end.late && WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL);
    work_end(&w);
    close(ends[0]);
    close(ends[1]);
}

static void it_gets_no_environment_and_no_descriptors(void **state)
{
    struct work w;
    int in = open("/proc/self/environ", O_RDONLY | O_CLOEXEC), more = dup(in);

    (void)state;
    struct helper_end end = run(&w, "env", in, 10000, 60);
    assert_int_equal(end.out_len, strlen("LC_ALL=C.UTF-8\n"));
    work_end(&w);
    /* A shell that is told to list what it has: 0, 1, 2, and the folder it looks at. */
    int script = helper_text("ls /proc/self/fd | wc -l\n", 25);
    end = run(&w, "sh", script, 100, 60);
    assert_int_equal(end.out_len, 2);
    assert_memory_equal(end.out, "4\n", 2);
    work_end(&w);
    close(in);
    close(more);
    close(script);
}

/* A word of the program's for the log breaks no line of it. */
static void what_it_says_is_cut_and_plain(void **state)
{
    static const char text[] = "printf 'bad\\n\\033[31m\\377' >&2; exit 3\n";
    struct work w;
    int in = helper_text(text, strlen(text));

    (void)state;
    struct helper_end end = run(&w, "sh", in, 100, 60);
    assert_string_equal(end.said, "bad  [31m ");
    assert_int_equal(WEXITSTATUS(end.status), 3);
    work_end(&w);
    close(in);
}

static void what_it_leaves_behind_is_ended_with_it(void **state)
{
    static const char text[] = "sleep 1000 >/dev/null 2>&1 & echo $!\n";
    struct work w;
    int in = helper_text(text, strlen(text));

    (void)state;
    struct helper_end end = run(&w, "sh", in, 100, 60);
    pid_t left = 0;
    for (size_t i = 0; i < end.out_len && end.out[i] != '\n'; i++)
        left = left * 10 + (end.out[i] - '0');
    assert_true(left > 1);
    /* It is dead, or on its way: nobody can be sent a signal for ever. */
    for (int i = 0; i < 3000 && kill(left, 0) == 0; i++) {
        char path[64], status = 0, text_of[256] = "";
        snprintf(path, sizeof path, "/proc/%d/stat", (int)left);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read(fd, text_of, sizeof text_of - 1) > 0) {
            const char *paren = strrchr(text_of, ')');
            status = paren != NULL ? paren[2] : 0;
        }
        if (fd >= 0)
            close(fd);
        if (status == 'Z')
            break;
        usleep(10000);
        assert_int_not_equal(i, 2999);
    }
    work_end(&w);
    close(in);
}

static void a_program_that_is_not_there_is_unavailable(void **state)
{
    struct work w;
    struct helper_end end = {0};
    const struct helper h = {"agora-nonsense", NULL, STDIN_FILENO, 100, 60};

    (void)state;
    assert_int_equal(work_begin(&w, NULL, NULL, &config), AGORA_OK);
    assert_int_equal(helper_run(&w, &h, &end), AGORA_UNAVAILABLE);
    assert_non_null(strstr(w.error.detail, "agora-nonsense"));
    work_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_and_the_end_is_told),
        cmocka_unit_test(a_long_answer_comes_whole),
        cmocka_unit_test(who_says_too_much_is_ended),
        cmocka_unit_test(who_does_not_come_to_an_end_is_ended),
        cmocka_unit_test(it_gets_no_environment_and_no_descriptors),
        cmocka_unit_test(what_it_says_is_cut_and_plain),
        cmocka_unit_test(what_it_leaves_behind_is_ended_with_it),
        cmocka_unit_test(a_program_that_is_not_there_is_unavailable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
