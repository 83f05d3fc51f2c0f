/*
 * The browser app's files: what is found under which path, in which form, and what never is.
 */
#include "tests/unit/check.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory/http/static.h"

static char dir[64];
static struct static_files *files;

static void write_file(const char *name, const char *text)
{
    char path[200];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int set_up(void **state)
{
    struct error e;
    char assets[100];

    (void)state;
    snprintf(dir, sizeof dir, "/tmp/agora-static-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(assets, sizeof assets, "%s/assets", dir);
    mkdir(assets, 0700);
    write_file("index.html", "<p>page");
    write_file("icon.svg", "<svg/>");
    write_file(".hidden", "no");
    write_file("assets/app-1.js", "plain");
    write_file("assets/app-1.js.gz", "gzipped");
    write_file("assets/app-1.js.br", "brotli");
    write_file("assets/only.css.gz", "no plain form");
    return static_read(NULL, dir, &files, &e) == AGORA_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"index.html",
                                        "icon.svg",
                                        ".hidden",
                                        "assets/app-1.js",
                                        "assets/app-1.js.gz",
                                        "assets/app-1.js.br",
                                        "assets/only.css.gz",
                                        "assets"};
    char path[200];

    (void)state;
    talloc_free(files);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        remove(path);
    }
    return rmdir(dir);
}

static const struct static_file *find(const char *path, const char *accept)
{
    struct request *rq = make_request(NULL, NULL);

    rq->path = path;
    if (accept != NULL)
        add_header(rq, "Accept", accept);
    const struct static_file *f = static_find(files, rq);
    drop_request(rq);
    return f;
}

static void files_are_found_by_their_exact_path(void **state)
{
    (void)state;
    const struct static_file *f = find("/icon.svg", NULL);
    assert_non_null(f);
    assert_string_equal(f->type, "image/svg+xml");
    assert_string_equal(f->cache, "no-cache");
    f = find("/assets/app-1.js", "*/*");
    assert_string_equal(f->cache, "public, max-age=31536000, immutable");
    assert_null(find("/.hidden", NULL));
    assert_null(find("/assets/../icon.svg", NULL));
    assert_null(find("/assets/app-1.js.gz", NULL));
    assert_null(find("/assets/only.css", NULL));
}

static void pages_of_the_app_are_its_one_page(void **state)
{
    (void)state;
    const struct static_file *page = find("/", "text/html,*/*");
    assert_string_equal(page->path, "/index.html");
    assert_ptr_equal(find("/m/ada", "text/html"), page);
    assert_null(find("/m/ada", "application/json"));
    assert_null(find("/m/ada", NULL));
}

static void missing_assets_and_addresses_of_programs_are_never_a_page(void **state)
{
    (void)state;
    assert_null(find("/assets/app-2.js", "text/html"));
    assert_null(find("/api/v1/nothing", "text/html"));
    assert_null(find("/oauth2/nothing", "text/html"));
    assert_null(find("/.well-known/nothing", "text/html"));
}

static void the_client_gets_the_smallest_form_it_takes(void **state)
{
    (void)state;
    const struct static_file *f = find("/assets/app-1.js", NULL);
    assert_int_equal(static_form(f, "gzip, deflate, br"), FORM_BROTLI);
    assert_int_equal(static_form(f, "gzip;q=0.5"), FORM_GZIP);
    assert_int_equal(static_form(f, "br;q=0, gzip;q=1"), FORM_GZIP);
    assert_int_equal(static_form(f, "br;q=0.0,gzip;q=0"), FORM_PLAIN);
    assert_int_equal(static_form(f, "brotli, xgzip"), FORM_PLAIN);
    assert_int_equal(static_form(f, NULL), FORM_PLAIN);
    assert_string_not_equal(f->forms[FORM_PLAIN].etag, f->forms[FORM_BROTLI].etag);
    assert_int_equal(static_form(find("/icon.svg", NULL), "br, gzip"), FORM_PLAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_found_by_their_exact_path),
        cmocka_unit_test(pages_of_the_app_are_its_one_page),
        cmocka_unit_test(missing_assets_and_addresses_of_programs_are_never_a_page),
        cmocka_unit_test(the_client_gets_the_smallest_form_it_takes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
