// Every page of the app in every state, and who sees it so, for rules that hold everywhere.
import type { Page } from "@playwright/test";
import { alone } from "./alone";
import { cast, type Cast, type Role } from "./cast";
import { checks } from "./pages-checks";
import { expect, type Faults } from "./test";

export interface Visit {
  name: string;
  who: Role | "nobody";
  path: string | ((cast: Cast) => string);
  /** the answer with which the server refuses what the page asks for */
  status?: number;
  /** what to do to see it so */
  then?: (page: Page) => Promise<unknown>;
  /** the heading cannot change with the language: it is a name, or a dialog lies over the page */
  fixed?: boolean;
}

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("button", { name }).first().click();
const opens = (name: string | RegExp) => async (page: Page) => {
  await press(name)(page);
  await expect(page.getByRole("dialog")).toBeVisible();
};

const signedOut: Omit<Visit, "who">[] = [
  { name: "search", path: "/" },
  { name: "search results", path: "/?all=1" },
  { name: "nobody found", path: "/?q=zzzzzz" },
  { name: "profile", path: ({ member }) => `/m/${member.handle}`, fixed: true },
  {
    name: "profile, how it was verified",
    path: ({ member }) => `/m/${member.handle}`,
    then: (page) => page.locator("summary").first().click(),
    fixed: true,
  },
  {
    name: "asking, not signed in",
    path: ({ member }) => `/m/${member.handle}/ask`,
    fixed: true,
  },
  { name: "no such member", path: "/m/no-such-member", status: 404 },
  { name: "no such page", path: "/nothing/here" },
  { name: "sign in", path: "/sign-in" },
  { name: "sign in with errors", path: "/sign-in", then: press("Sign in") },
  {
    name: "sign in for a TMTP client",
    path: "/sign-in?next=/oauth2/authorize?client_id=tmtp",
  },
  { name: "apply", path: "/apply" },
  {
    name: "apply with errors",
    path: "/apply",
    then: press("Create the account"),
  },
  { name: "confirm", path: "/apply/confirm?email=a@example.org" },
  {
    name: "confirm with errors",
    path: "/apply/confirm",
    then: press("Confirm"),
  },
  { name: "forgotten password", path: "/password" },
  { name: "new password", path: "/password/confirm?email=a@example.org" },
  { name: "a page for members", path: "/introductions" },
  { name: "check a receipt", path: "/receipt" },
  {
    name: "check a receipt, errors",
    path: "/receipt",
    then: press("Check the receipt"),
  },
  {
    name: "a receipt that is none",
    path: "/receipt#e30.e30.e30",
    then: (page) =>
      expect(page.getByText("This is no receipt of ours")).toBeVisible(),
  },
  {
    name: "profile, what was checked",
    path: ({ member }) => `/m/${member.handle}`,
    then: (page) => page.getByText("What was checked").click(),
    fixed: true,
  },
];

const newcomer: Omit<Visit, "who">[] = [
  {
    name: "own page, empty",
    path: ({ newcomer }) => `/m/${newcomer.handle}`,
    fixed: true,
  },
  {
    name: "asking, not verified",
    path: ({ friend }) => `/m/${friend.handle}/ask`,
    fixed: true,
  },
  { name: "my profile, empty", path: "/me" },
  { name: "be verified, before", path: "/me/verification" },
  { name: "TMTP account, not verified", path: "/me/messages" },
  { name: "no requests", path: "/introductions" },
  { name: "nobody asked", path: "/introductions?box=sent" },
  { name: "no contacts", path: "/introductions?box=connected" },
  { name: "nothing past", path: "/introductions?box=past" },
  { name: "console refused", path: "/verify" },
  { name: "sharing, not verified", path: "/me/verification/share" },
  { name: "duplicates refused", path: "/duplicates" },
  { name: "roles refused", path: "/admin/roles", status: 403 },
  { name: "figures refused", path: "/admin/statistics", status: 403 },
  { name: "audit log refused", path: "/admin/audit", status: 403 },
];

const member: Omit<Visit, "who">[] = [
  { name: "search results", path: "/?all=1" },
  { name: "chosen filters", path: "/?q=wood&country=CH&level=2" },
  {
    name: "topics completing",
    path: "/",
    then: async (page) => {
      await page
        .getByRole("combobox", { name: "Name, topic or keyword" })
        .pressSequentially("wood");
      await expect(
        page.getByRole("listbox").getByRole("option").first(),
      ).toBeVisible();
    },
  },
  { name: "menu", path: "/", then: press("Menu of your account") },
  {
    name: "profile with what was proved",
    path: ({ friend }) => `/m/${friend.handle}`,
    fixed: true,
  },
  {
    name: "profile of somebody",
    path: ({ verifier }) => `/m/${verifier.handle}`,
    fixed: true,
  },
  {
    name: "profile of who was asked",
    path: ({ asked }) => `/m/${asked.handle}`,
    fixed: true,
  },
  {
    name: "profile of who asks",
    path: ({ asker }) => `/m/${asker.handle}`,
    fixed: true,
  },
  {
    name: "profile of a contact",
    path: ({ friend }) => `/m/${friend.handle}`,
    fixed: true,
  },
  {
    name: "block",
    path: ({ asker }) => `/m/${asker.handle}`,
    then: opens(/^Block/),
    fixed: true,
  },
  {
    name: "own page",
    path: ({ member }) => `/m/${member.handle}`,
    fixed: true,
  },
  {
    name: "own page as everyone",
    path: ({ member }) => `/m/${member.handle}?as=public`,
    fixed: true,
  },
  {
    name: "ask",
    path: ({ reviewed }) => `/m/${reviewed.handle}/ask`,
    fixed: true,
  },
  { name: "my profile", path: "/me" },
  ...["Name and work", "About you", "Place and languages", "Topics"].map(
    (section) => ({
      name: `my profile, changing ${section}`,
      path: "/me",
      then: press(new RegExp(`^Change.*${section}`)),
    }),
  ),
  {
    name: "my profile with errors",
    path: "/me",
    status: 422,
    then: async (page) => {
      await press(/^Change.*Name and work/)(page);
      await page.getByRole("textbox", { name: "Name as shown" }).fill("");
      await press("Save")(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "be verified, verified", path: "/me/verification" },
  { name: "TMTP account", path: "/me/messages" },
  { name: "asked of me", path: "/introductions" },
  {
    name: "decline",
    path: "/introductions",
    then: opens(/^Decline/),
    fixed: true,
  },
  { name: "asked by me", path: "/introductions?box=sent" },
  {
    name: "withdraw",
    path: "/introductions?box=sent",
    then: opens(/^Withdraw/),
    fixed: true,
  },
  { name: "connected", path: "/introductions?box=connected" },
  {
    name: "end",
    path: "/introductions?box=connected",
    then: opens(/^End contact/),
    fixed: true,
  },
  { name: "past", path: "/introductions?box=past" },
  { name: "saved searches", path: "/me/searches" },
  {
    name: "saving a search",
    path: "/?all=1",
    then: opens("Save this search"),
    fixed: true,
  },
  {
    name: "saving a search with errors",
    path: "/?all=1",
    then: async (page) => {
      await opens("Save this search")(page);
      await press("Save")(page);
    },
    fixed: true,
  },
  {
    name: "asking the organisation",
    path: "/?q=zzzzzz",
    then: opens("Ask the organisation"),
    fixed: true,
  },
];

const asking: Omit<Visit, "who">[] = [
  {
    name: "ask",
    path: ({ verifier }) => `/m/${verifier.handle}/ask`,
    fixed: true,
  },
  {
    name: "ask with errors and preview",
    path: ({ verifier }) => `/m/${verifier.handle}/ask`,
    then: async (page) => {
      await press("Send the request")(page);
      await page.getByText(/^Preview/).click();
    },
    fixed: true,
  },
];

const tasks: Visit[] = [
  { name: "tasks", who: "applicant", path: "/me/verification" },
  {
    name: "withdraw a case",
    who: "applicant",
    path: "/me/verification",
    then: opens("Withdraw"),
    fixed: true,
  },
  { name: "details", who: "applicant", path: "/me/verification?task=details" },
  {
    name: "details with errors",
    who: "applicant",
    path: "/me/verification?task=details",
    then: async (page) => {
      await page.getByLabel("Date of birth").fill("");
      await press("Save")(page);
    },
  },
  {
    name: "evidence",
    who: "applicant",
    path: "/me/verification?task=evidence",
  },
  {
    name: "evidence with errors",
    who: "applicant",
    path: "/me/verification?task=evidence",
    then: async (page) => {
      await press("Add another")(page);
      await page.getByRole("button", { name: "Add", exact: true }).click();
    },
  },
  {
    name: "check answers",
    who: "applicant",
    path: "/me/verification?task=check",
  },
  { name: "in review", who: "reviewed", path: "/me/verification" },
  { name: "something is needed", who: "questioned", path: "/me/verification" },
  { name: "not verified", who: "refused", path: "/me/verification" },
  { name: "held", who: "doubted", path: "/me/verification" },
  { name: "a meeting proposed", who: "met", path: "/me/verification" },
  {
    name: "a meeting, choosing none",
    who: "met",
    path: "/me/verification",
    then: press("Take this time"),
  },
  { name: "with a second person", who: "referred", path: "/me/verification" },
  {
    name: "asking for a trusted referee",
    who: "refused",
    path: "/me/verification",
    then: (page) => page.getByLabel(/trusted referee/).check(),
  },
];

const caseOf = ({ case: id }: Cast) => `/verify/${id}`;
const verifier: Omit<Visit, "who">[] = [
  { name: "queue, waiting", path: "/verify" },
  { name: "queue, mine", path: "/verify?view=mine" },
  { name: "queue, decided", path: "/verify?view=decided" },
  { name: "queue, second approvals", path: "/verify?view=second" },
  { name: "queue, held", path: "/verify?view=held" },
  { name: "queue, all", path: "/verify?view=all" },
  {
    name: "case that is held",
    path: ({ held }) => `/verify/${held}`,
    fixed: true,
  },
  {
    name: "case that is held, refusing with errors",
    path: ({ held }) => `/verify/${held}`,
    then: async (page) => {
      await page.getByText("No, do not approve it").click();
      await press("Do not approve")(page);
    },
    fixed: true,
  },
  {
    name: "case with a meeting",
    path: ({ meeting }) => `/verify/${meeting}`,
    fixed: true,
  },
  {
    name: "case that waits for the second person",
    path: ({ confirming }) => `/verify/${confirming}`,
    fixed: true,
  },
  {
    name: "conflict of interest",
    path: caseOf,
    then: opens("I am involved"),
    fixed: true,
  },
  {
    name: "case, proposing a meeting with errors",
    path: caseOf,
    then: async (page) => {
      await page.getByText("Propose a meeting").click();
      await press("Propose it")(page);
    },
    fixed: true,
  },
  {
    name: "case, using the referee with errors",
    path: caseOf,
    then: async (page) => {
      await page.getByText("Use a trusted referee").click();
      await press("Go on as the referee")(page);
    },
    fixed: true,
  },
  {
    name: "case, rejecting for good",
    path: caseOf,
    then: async (page) => {
      await page.getByLabel("No", { exact: true }).check();
      await page.getByLabel("Not a member of the organisation").check();
      await page
        .getByLabel("What the member reads")
        .fill("You are not a member here.");
      await press("Continue")(page);
      await expect(
        page.getByRole("button", { name: "Send to a second person" }),
      ).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "keys of the queue",
    path: "/verify",
    then: opens("Keys"),
    fixed: true,
  },
  { name: "case", path: caseOf, fixed: true },
  {
    name: "case, recording a check with errors",
    path: caseOf,
    then: async (page) => {
      await page.getByText("Record a check").first().click();
      await press("Save the check")(page);
    },
    fixed: true,
  },
  {
    name: "case, deciding with errors",
    path: caseOf,
    then: press("Continue"),
    fixed: true,
  },
  {
    name: "case, asking the member",
    path: caseOf,
    then: async (page) => {
      await page.getByLabel("I need more from the member").check();
      await press("Continue")(page);
    },
    fixed: true,
  },
  {
    name: "case, before approving",
    path: caseOf,
    then: async (page) => {
      await page.getByLabel("Yes").check();
      await press("Continue")(page);
      await expect(page.getByRole("button", { name: "Approve" })).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "case that was decided",
    path: "/verify?view=decided",
    then: async (page) => {
      await page.getByRole("rowheader").first().getByRole("link").click();
      await expect(
        page.getByRole("heading", { name: "History" }),
      ).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "no such case",
    path: "/verify/00000000-0000-7000-8000-000000000000",
    status: 404,
  },
];

const confirming: Visit[] = [
  {
    name: "second approval, looking first",
    who: "second",
    path: ({ confirming: id }) => `/verify/${id}`,
    fixed: true,
  },
  {
    name: "second approval, with errors",
    who: "second",
    path: ({ confirming: id }) => `/verify/${id}`,
    then: press("Save"),
    fixed: true,
  },
];

const staff: Omit<Visit, "who">[] = [
  {
    name: "two persons, nothing waits",
    path: "/admin/two-person?view=settled",
  },
  {
    name: "two persons, something waits",
    path: "/admin/two-person",
    then: async (page) => {
      // Asked once; who comes again finds it waiting.
      await page.goto("/admin/two-person?view=ask");
      await page.getByLabel("What do you ask for?").selectOption("role_grant");
      await page.getByLabel("Member's handle").fill(cast().friend.handle);
      await page.getByLabel("Role").selectOption("auditor");
      await page
        .getByLabel("Why?")
        .fill("They look at what the others do, from May on.");
      await press("Ask for it")(page);
      await page.goto("/admin/two-person");
      await expect(page.getByText("becomes auditor.").first()).toBeVisible();
      await press("Take back")(page);
    },
  },
  {
    name: "two persons, asking with errors",
    path: "/admin/two-person?view=ask",
    then: press("Ask for it"),
  },
  { name: "recall", path: "/admin/recall" },
  {
    name: "recall, what it would reach",
    path: "/admin/recall",
    then: async (page) => {
      await page
        .getByLabel("The verifier's handle")
        .fill(cast().verifier.handle);
      await press("Show what it would reach")(page);
      await expect(
        page.getByRole("heading", { name: /would reach/ }),
      ).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "verification of a member, with errors",
    path: (cast) => `/admin/verification/${cast.friend.handle}`,
    then: press("Do it"),
    fixed: true,
  },
  {
    name: "two persons, asking with what is known",
    path: (cast) =>
      `/admin/two-person?view=ask&kind=merge_persons&from=${cast.doubted.handle}&into=${cast.reviewed.handle}`,
  },
  { name: "the same person?", path: "/duplicates" },
  {
    name: "two persons kept apart, with errors",
    path: "/duplicates",
    then: async (page) => {
      await page.getByText("They are two persons").first().click();
      await page
        .getByRole("button", { name: "They are two persons" })
        .first()
        .click();
    },
  },
  {
    name: "the same person, which stays",
    path: "/duplicates",
    then: (page) => page.getByText("They are the same person").first().click(),
  },
  { name: "roles", path: "/admin/roles" },
  {
    name: "taking a role away with errors",
    path: "/admin/roles",
    then: async (page) => {
      await page.getByText("Take a role away").first().click();
      await page
        .getByRole("button", { name: "Take the role away" })
        .first()
        .click();
    },
  },
  {
    name: "no broken glass",
    path: "/admin/two-person/00000000-0000-7000-8000-000000000000/case",
    status: 404,
  },
];

// Vouches, appeals, reports and retention.
const redress: Visit[] = [
  { name: "report somebody", who: "nobody", path: "/report" },
  {
    name: "report somebody with errors",
    who: "nobody",
    path: "/report",
    then: press("Send"),
  },
  { name: "confirm a report", who: "nobody", path: "/report?code" },
  { name: "no vouch requests", who: "newcomer", path: "/me/vouches" },
  { name: "vouch requests", who: "friend", path: "/me/vouches" },
  {
    name: "vouching with errors",
    who: "friend",
    path: "/me/vouches",
    then: async (page) => {
      await press(/^I know this person/)(page);
      await page.getByRole("button", { name: "Vouch", exact: true }).click();
    },
  },
  {
    name: "declining to vouch",
    who: "friend",
    path: "/me/vouches",
    then: press(/^Decline/),
  },
  {
    name: "asking a voucher",
    who: "applicant",
    path: "/me/verification?task=evidence",
    then: (page) => page.getByText("Ask a member to vouch for you").click(),
  },
  {
    name: "appealing with errors",
    who: "refused",
    path: "/me/verification",
    then: async (page) => {
      await page.getByText("Appeal the decision").first().click();
      await press("Send the appeal")(page);
    },
  },
  { name: "an appeal that waits", who: "objecting", path: "/me/verification" },
  { name: "appeals", who: "admin", path: "/appeals" },
  { name: "appeals, decided", who: "admin", path: "/appeals?view=decided" },
  {
    name: "deciding an appeal with errors",
    who: "admin",
    path: "/appeals",
    then: async (page) => {
      await page
        .locator("main")
        .getByRole("link", { name: /Kowalski/ })
        .click();
      await press("Save")(page);
    },
    fixed: true,
  },
  { name: "vouches to look at", who: "verifier", path: "/vouch-reviews" },
  { name: "questions of members", who: "verifier", path: "/questions" },
  { name: "reports", who: "admin", path: "/complaints" },
  {
    name: "a report, suspending with errors",
    who: "admin",
    path: "/complaints",
    then: async (page) => {
      await page.locator("main summary", { hasText: "Decide" }).first().click();
      await page.getByLabel("Verification suspended").first().click();
      await press("Save")(page);
      await expect(
        page
          .getByLabel("Reason")
          .getByRole("option", { name: "Somebody has reported it" }),
      ).toBeAttached();
    },
  },
  {
    name: "retention",
    who: "admin",
    path: "/retention",
    then: async (page) => {
      await page.getByText("Place a hold").click();
      await press("Place the hold")(page);
    },
  },
];

const policy: Visit[] = [
  { name: "evidence policy", who: "admin", path: "/admin/policy" },
  {
    name: "evidence policy, refused",
    who: "member",
    path: "/admin/policy",
    status: 403,
  },
  {
    name: "evidence policy with errors",
    who: "admin",
    path: "/admin/policy",
    then: async (page) => {
      await page
        .getByLabel("Independent vouches that give level 2")
        .fill("many");
      await press("Save the draft")(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "evidence policy, simulated",
    who: "admin",
    path: "/admin/policy",
    then: async (page) => {
      await alone("policy", async () => {
        await press("Save the draft")(page);
        await press("Simulate over all members")(page);
        await expect(page.getByText(/would lose their level/)).toBeVisible();
      });
    },
  },
];

const seenBy = (who: Visit["who"], some: Omit<Visit, "who">[]): Visit[] =>
  some.map((one) => ({ ...one, who }));

export const visits: Visit[] = [
  ...seenBy("nobody", signedOut),
  ...seenBy("newcomer", newcomer),
  ...seenBy("member", member),
  ...seenBy("asker", asking),
  ...tasks,
  ...redress,
  ...checks,
  ...seenBy("verifier", verifier),
  ...confirming,
  {
    name: "menu",
    who: "admin",
    path: "/",
    then: press("Menu of your account"),
  },
  ...seenBy("admin", staff),
  ...policy,
  {
    name: "sharing a verification",
    who: "member",
    path: "/me/verification/share",
  },
  {
    name: "a receipt just made",
    who: "member",
    path: "/me/verification/share",
    then: async (page) => {
      await press("Make the receipt")(page);
      await expect(page.getByText("Your receipt is made.")).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "a receipt that is good",
    who: "member",
    path: "/me/verification/share",
    then: async (page) => {
      await press("Make the receipt")(page);
      await page.getByRole("link", { name: "Open its page" }).click();
      await expect(page.getByText("This receipt is good.")).toBeVisible();
    },
    fixed: true,
  },
  { name: "figures", who: "verifier", path: "/admin/statistics" },
  { name: "audit log", who: "admin", path: "/admin/audit" },
  {
    name: "audit log, checked",
    who: "admin",
    path: "/admin/audit",
    then: async (page) => {
      await press("Check the chain")(page);
      await expect(page.getByText("The log is whole")).toBeVisible();
    },
    fixed: true,
  },
  {
    name: "audit log, nothing found",
    who: "admin",
    path: "/admin/audit?action=nothing.of.it",
  },
];

/** Open a page and wait until it has read what it shows. */
export async function visit(
  page: Page,
  one: Visit,
  faults: Faults,
): Promise<void> {
  if (one.status) faults.expect(one.status);
  await page.goto(typeof one.path === "string" ? one.path : one.path(cast()));
  await settled(page);
  await one.then?.(page);
  await settled(page);
}

/** Until the page has a heading and nothing is being read. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator("main h1").first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}
