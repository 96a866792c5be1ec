#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_p.h"
#include "cli/trouble_p.h"
#include "report/json.h"
#include "rules/rules.h"

#define COLUMNS 88

const struct option_row rules_options[] = { FORMAT_ROW, OPTIONS_END };

/* ---- explain ---- */

/* Prints one paragraph's words in lines of at most COLUMNS cells. */
static void print_paragraph(const char *text, size_t len)
{
	size_t column = 0;

	for (size_t i = 0; i < len;) {
		size_t word = strcspn(text + i, " \n");

		if (word > len - i)
			word = len - i;
		if (word) {
			if (column && column + 1 + word > COLUMNS) {
				putchar('\n');
				column = 0;
			}
			column += (size_t)printf("%s%.*s", column ? " " : "", (int)word, text + i);
		}
		i += word + 1;
	}
	putchar('\n');
}

/* Paragraphs are parted by empty lines. */
static void print_paragraphs(const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		print_paragraph(text, len);
		text += len;
		text += strspn(text, "\n");
		if (*text)
			putchar('\n');
	}
}

static void print_indented(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf(len ? "    %.*s\n" : "\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void print_rule(const struct rule *r)
{
	printf("%s, %s: %s\n", r->code, severity_name(r->severity), r->title);
	if (r->meaning) {
		putchar('\n');
		print_paragraphs(r->meaning);
	}
	if (r->example) {
		puts("\nFor example:\n");
		print_indented(r->example);
	}
	if (r->remedy) {
		puts("\nWhat to do:\n");
		print_paragraphs(r->remedy);
	}
}

static int unknown_code(const struct invocation *in, const char *code)
{
	struct suggestion s = suggest_for(code);

	for (const struct rule *r = rules; r->code; r++)
		suggest_offer(&s, r->code);
	if (s.best)
		return refuse(in->command, "there is no code '%s'; did you mean '%s'?", code, s.best);
	return refuse(in->command, "there is no code '%s'; 'faultline rules' lists them", code);
}

int run_explain(const struct invocation *in)
{
	if (!in->nwords)
		return usage_trouble(in->command, "which code? 'faultline rules' lists them");
	for (size_t i = 0; i < in->nwords; i++)
		if (!rule_by_code(in->words[i]))
			return unknown_code(in, in->words[i]);
	for (size_t i = 0; i < in->nwords; i++) {
		if (i)
			putchar('\n');
		print_rule(rule_by_code(in->words[i]));
	}
	return EXIT_ANSWERED;
}

/* ---- rules ---- */

static void json_optional(struct json *j, const char *key, const char *text)
{
	if (text)
		json_text(j, key, text);
}

static void rules_json(void)
{
	struct json j = json_to(stdout);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_open_array(&j, "rules");
	for (const struct rule *r = rules; r->code; r++) {
		json_open_object(&j, NULL);
		json_text(&j, "code", r->code);
		json_text(&j, "severity", severity_name(r->severity));
		json_text(&j, "title", r->title);
		json_optional(&j, "meaning", r->meaning);
		json_optional(&j, "example", r->example);
		json_optional(&j, "remedy", r->remedy);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

int run_rules(const struct invocation *in)
{
	if (in->nwords)
		return usage_trouble(in->command, "it takes no words; 'faultline explain %s' explains one code", in->words[0]);
	if (in->set.format == FORMAT_JSON) {
		rules_json();
		return EXIT_ANSWERED;
	}
	for (const struct rule *r = rules; r->code; r++)
		printf("%s  %-8s %s\n", r->code, severity_name(r->severity), r->title);
	return EXIT_ANSWERED;
}
