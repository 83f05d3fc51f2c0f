/* Looking at the link ends nothing, since programs fetch links ahead; posting to it does, whatever
 * the body says: a mail program sends List-Unsubscribe=One-Click, the page's button nothing. Nobody
 * is looked up by a cookie, and nothing is told of whose the link is. */
#include "directory/http/api/unsubscribe.h"

#include <strings.h>
#include <talloc.h>

#include "directory/domain/saved.h"
#include "directory/http/api/page.h"

struct words {
    const char *lang;
    const char *ask_title, *ask, *button;
    const char *done_title, *done;
    const char *wrong_title, *wrong;
};

static const struct words english = {
    .lang = "en",
    .ask_title = "No more e-mails about this search?",
    .ask = "The search itself stays, and tells you of new members when you are signed in.",
    .button = "No more e-mails",
    .done_title = "You get no more e-mails about this search",
    .done = "The search itself is kept. You can turn its e-mails on again, or delete it, under "
            "“Saved searches”.",
    .wrong_title = "This link does not work",
    .wrong = "It is not whole, perhaps because it was cut in two lines. Sign in and turn the "
             "e-mails off under “Saved searches”.",
};

static const struct words german = {
    .lang = "de",
    .ask_title = "Keine E-Mails mehr zu dieser Suche?",
    .ask = "Die Suche selbst bleibt erhalten und zeigt Ihnen neue Mitglieder, wenn Sie angemeldet "
           "sind.",
    .button = "Keine E-Mails mehr",
    .done_title = "Sie erhalten keine E-Mails mehr zu dieser Suche",
    .done = "Die Suche selbst bleibt gespeichert. Unter „Gespeicherte Suchen“ können Sie die "
            "E-Mails wieder einschalten oder die Suche löschen.",
    .wrong_title = "Dieser Link funktioniert nicht",
    .wrong =
        "Er ist nicht vollständig, vielleicht weil er auf zwei Zeilen verteilt war. Melden Sie "
        "sich an und schalten Sie die E-Mails unter „Gespeicherte Suchen“ aus.",
};

/* By what the browser likes best. */
static const struct words *words_for(const struct request *rq)
{
    const char *accept = request_header(rq, "Accept-Language");

    return accept != NULL && strncasecmp(accept, "de", 2) == 0 ? &german : &english;
}

static enum agora_status say(struct request *rq, struct response *rs, unsigned status,
                             const char *title, const char *text)
{
    return page_answer(
        rq, rs, status, words_for(rq)->lang, title,
        talloc_asprintf(rq->work.mem, "<p>%s</p>\n<p><a href=\"/me/searches\">%s</a></p>\n", text,
                        words_for(rq) == &german ? "Gespeicherte Suchen" : "Saved searches"),
        PAGE_POLICY "'none'");
}

enum agora_status unsubscribe_get(struct request *rq, struct response *rs)
{
    const struct words *words = words_for(rq);
    bool known;
    enum agora_status s = saved_unsubscribe_known(&rq->work, request_path(rq, "token"), &known);

    if (s != AGORA_OK)
        return s;
    if (!known)
        return say(rq, rs, 404, words->wrong_title, words->wrong);
    return page_answer(rq, rs, 200, words->lang, words->ask_title,
                       talloc_asprintf(rq->work.mem,
                                       "<p>%s</p>\n<form class=\"actions\" method=\"post\">\n"
                                       "<button class=\"button primary\">%s</button>\n</form>\n",
                                       words->ask, words->button),
                       PAGE_POLICY "'self'");
}

enum agora_status unsubscribe_post(struct request *rq, struct response *rs)
{
    const struct words *words = words_for(rq);
    bool known;
    enum agora_status s = saved_unsubscribe(&rq->work, request_path(rq, "token"), &known);

    if (s != AGORA_OK)
        return s;
    return known ? say(rq, rs, 200, words->done_title, words->done)
                 : say(rq, rs, 404, words->wrong_title, words->wrong);
}
