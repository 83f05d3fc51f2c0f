/* A code stands alone on its line, so that people and programs find it. No links with secrets in
 * them: what a mail program fetches ahead must not use a code up. */
#include "directory/domain/mail_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/base/config.h"

static enum agora_status payload(struct work *w, const char *to, const char *subject,
                                 const char *text, const char **out)
{
    if (subject == NULL || text == NULL)
        return work_out_of_memory(w);
    json_t *o = json_pack("{s:s,s:s,s:s}", "to", to, "subject", subject, "text", text);
    char *made = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    const char *copy = made != NULL ? talloc_strdup(w->mem, made) : NULL;
    free(made);
    json_decref(o);
    if (copy == NULL)
        return work_out_of_memory(w);
    *out = copy;
    return AGORA_OK;
}

static const char *subject_for(struct work *w, const char *about)
{
    return talloc_asprintf(w->mem, "%s: %s", w->config->agora_organisation, about);
}

enum agora_status mail_application(struct work *w, const char *email, const char *given,
                                   const char *family, const char *code, const char **out)
{
    const char *text = talloc_asprintf(
        w->mem,
        "Someone applied at %s (%s) with this address and gave this name:\n\n"
        "    %s %s\n\n"
        "If that was you, enter this code on the page where you applied:\n\n"
        "    %s\n\n"
        "It works once, within 24 hours.\n\n"
        "If it was not you, or the name is not yours, do nothing: without the code there is no "
        "account.\n",
        w->config->agora_organisation, w->config->agora_base_url, given, family, code);

    return payload(w, email, subject_for(w, "your code to confirm this address"), text, out);
}

enum agora_status mail_already_member(struct work *w, const char *email, const char **out)
{
    const char *text = talloc_asprintf(
        w->mem,
        "Someone applied at %s (%s) with this address, but you have an account there already. "
        "Nothing was changed.\n\n"
        "If that was you, sign in. If you forgot your password, the page for signing in helps you "
        "to set a new one.\n",
        w->config->agora_organisation, w->config->agora_base_url);

    return payload(w, email, subject_for(w, "you have an account already"), text, out);
}

enum agora_status mail_reset(struct work *w, const char *email, const char *code, const char **out)
{
    const char *text =
        talloc_asprintf(w->mem,
                        "Someone asked for a new password for your account at %s (%s).\n\n"
                        "If that was you, enter this code on the page where you asked:\n\n"
                        "    %s\n\n"
                        "It works once, within 24 hours.\n\n"
                        "If it was not you, do nothing: your password stays as it is.\n",
                        w->config->agora_organisation, w->config->agora_base_url, code);

    return payload(w, email, subject_for(w, "your code for a new password"), text, out);
}

enum agora_status mail_password_changed(struct work *w, const char *email, const char **out)
{
    const char *text = talloc_asprintf(
        w->mem,
        "The password of your account at %s (%s) was changed, and you were signed out "
        "everywhere.\n\n"
        "If that was not you, ask for a new password at once: the page for signing in has a link "
        "for it.\n",
        w->config->agora_organisation, w->config->agora_base_url);

    return payload(w, email, subject_for(w, "your password was changed"), text, out);
}

enum agora_status mail_complaint(struct work *w, const char *email, const char *code,
                                 const char **out)
{
    const char *text = talloc_asprintf(
        w->mem,
        "Someone reported to %s (%s), with this address, that somebody is verified there in the "
        "wrong name.\n\n"
        "If that was you, enter this code on the page where you reported it:\n\n"
        "    %s\n\n"
        "It works once, within 24 hours.\n\n"
        "If it was not you, do nothing: without the code nobody reads the report.\n",
        w->config->agora_organisation, w->config->agora_base_url, code);

    return payload(w, email, subject_for(w, "your code to confirm your report"), text, out);
}

enum agora_status mail_domain_code(struct work *w, const char *email, const char *code,
                                   const char **out)
{
    const char *text = talloc_asprintf(
        w->mem,
        "A member of %s (%s) says that this address is theirs, to show that they belong to your "
        "organisation.\n\n"
        "If that was you, enter this code on the page \"Be verified\":\n\n"
        "    %s\n\n"
        "It works once, within 24 hours. Others will see the part behind the @ only, and we do not "
        "keep your address.\n\n"
        "If it was not you, do nothing.\n",
        w->config->agora_organisation, w->config->agora_base_url, code);

    return payload(w, email, subject_for(w, "your code to confirm where you work"), text, out);
}
