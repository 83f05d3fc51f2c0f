/* Everything that came from outside is escaped. */
#include "directory/http/api/oidc_page.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/http/api/page.h"

static enum agora_status page(struct request *rq, struct response *rs, unsigned status,
                              const char *title, const char *body, const char *csp)
{
    return page_answer(rq, rs, status, "en", title, body, csp);
}

/* Where a form may lead, for the policy: browsers apply it to the redirect after it too. An IPv6
 * host cannot be written there, so that then the scheme has to do. */
static const char *form_target(void *mem, const char *redirect_uri)
{
    const char *authority = strstr(redirect_uri, "://");

    if (authority == NULL || authority[3] == '[')
        return "http:";
    size_t len = (size_t)(authority + 3 - redirect_uri) + strcspn(authority + 3, "/?");
    return talloc_strndup(mem, redirect_uri, len);
}

/* The verified facts that were asked for, as items of the list. */
static char *fact_items(void *mem, const struct oidc_decision *d)
{
    char *items = talloc_strdup(mem, "");

    for (size_t i = 0; items != NULL && i < d->facts_n; i++) {
        const char *label = html_escape(mem, d->facts[i].label);
        const char *value = html_escape(mem, d->facts[i].value);
        if (label == NULL || value == NULL)
            return NULL;
        items = talloc_asprintf_append(items, "<li>Verified: %s%s%s</li>\n", label,
                                       value[0] != '\0' ? ": " : "", value);
    }
    return items;
}

enum agora_status oidc_page_consent(struct request *rq, struct response *rs,
                                    const struct oidc_decision *d)
{
    void *mem = rq->work.mem;
    const char *client = html_escape(mem, d->client), *name = html_escape(mem, d->shown_name);
    const char *email = html_escape(mem, d->email), *token = html_escape(mem, d->token);
    const char *organisation = html_escape(mem, rq->work.config->agora_organisation);
    const char *target = form_target(mem, d->redirect_uri), *facts = fact_items(mem, d);

    if (client == NULL || name == NULL || email == NULL || token == NULL || organisation == NULL ||
        target == NULL || facts == NULL)
        return work_out_of_memory(&rq->work);
    const char *body = talloc_asprintf(
        mem,
        "<p><strong>%s</strong> wants to sign you in with your account at %s.</p>\n"
        "<p>You are signed in as <strong>%s</strong> (%s).</p>\n"
        "<h2>What it will know</h2>\n<ul class=\"facts\">\n<li>Your name: %s</li>\n"
        "<li>A number that stands for your account here</li>\n"
        "%s%s<li>When you signed in, and how</li>\n</ul>\n"
        "<p>It will not know your e-mail address or anything else of your profile. You will be "
        "asked "
        "again each time.</p>\n"
        "<form class=\"actions\" method=\"post\" action=\"/oauth2/consent\">\n"
        "<input type=\"hidden\" name=\"token\" value=\"%s\">\n"
        "<button class=\"button primary\" name=\"answer\" value=\"allow\">Allow</button>\n%s"
        "<button class=\"button\" name=\"answer\" value=\"refuse\">Refuse</button>\n</form>\n",
        client, organisation, name, email, name,
        d->verified ? "<li>That you are a verified member</li>\n" : "", facts, token,
        d->facts_n > 0
            ? "<button class=\"button\" name=\"answer\" value=\"allow_less\">Allow without "
              "the verified facts</button>\n"
            : "");
    return page(rq, rs, 200, "Sign in with this account?", body,
                talloc_asprintf(mem, PAGE_POLICY "'self' %s", target));
}

enum agora_status oidc_page_verify(struct request *rq, struct response *rs,
                                   const struct oidc_decision *d)
{
    const char *client = html_escape(rq->work.mem, d->client);

    if (client == NULL)
        return work_out_of_memory(&rq->work);
    const char *body = talloc_asprintf(
        rq->work.mem,
        "<p>%s can only be used by verified members, and you are not verified yet: nobody has "
        "checked your identity so far, or the check has run out.</p>\n"
        "<p><a href=\"/me/verification\">Get verified</a>, then go back to the program that sent "
        "you "
        "here and begin again.</p>\n",
        client);
    return page(rq, rs, 403, "You need to be verified first", body, PAGE_POLICY "'none'");
}

enum agora_status oidc_page_refusal(struct request *rq, struct response *rs, const char *why)
{
    const char *text = html_escape(rq->work.mem, why);

    if (text == NULL)
        return work_out_of_memory(&rq->work);
    return page(rq, rs, 400, "This cannot go on",
                talloc_asprintf(rq->work.mem,
                                "<p>%s</p>\n<p>Nothing about you was told to anyone.</p>\n", text),
                PAGE_POLICY "'none'");
}
