#include "load/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/vec.h"

#define LINES_PER_MARK 256

static const char too_large[] = "the file is larger than 1 GiB";

/* Looks byte by byte: with memchr each of many lines that end in \r would look for \n in all that follows. */
static size_t first_break(const struct source *s, size_t at)
{
	while (at < s->len && s->text[at] != '\n' && s->text[at] != '\r')
		at++;
	return at;
}

static size_t first_feed(const struct source *s, size_t at)
{
	const char *lf = memchr(s->text + at, '\n', s->len - at);

	return lf ? (size_t)(lf - s->text) : s->len;
}

/* The end of the line that begins at `at`, its line break excluded; *ret_next is where the next begins. */
static size_t line_end(const struct source *s, size_t at, size_t *ret_next)
{
	size_t end = s->returns ? first_break(s, at) : first_feed(s, at);

	*ret_next = end + (end < s->len);
	if (end + 1 < s->len && s->text[end] == '\r' && s->text[end + 1] == '\n')
		*ret_next = end + 2;
	return end;
}

static void mark_lines(struct source *s)
{
	VEC(size_t) marks = {0};
	size_t at = 0;

	s->returns = memchr(s->text, '\r', s->len) != NULL;
	for (size_t line = 0; at < s->len || !line; line++) {
		if (line % LINES_PER_MARK == 0)
			vec_push(&marks, at);
		line_end(s, at, &at);
	}
	vec_trim(&marks);
	s->marks = marks.at;
	s->nmarks = marks.len;
}

const char *source_next_line(const struct source *s, size_t *at, size_t *ret_len)
{
	size_t start = *at;

	if (start >= s->len)
		return NULL;
	if (!start && source_has_mark(s))
		start = 3;
	*ret_len = line_end(s, start, at) - start;
	return s->text + start;
}

const char *source_line(const struct source *s, uint32_t line, size_t *ret_len)
{
	*ret_len = 0;
	size_t mark = line ? (line - 1) / LINES_PER_MARK : s->nmarks;
	if (mark >= s->nmarks)
		return "";
	size_t at = s->marks[mark], next = at;
	for (size_t i = (line - 1) % LINES_PER_MARK; i; i--) {
		line_end(s, at, &next);
		at = next;
	}
	const char *text = source_next_line(s, &at, ret_len);
	return text ? text : "";
}

bool source_has_mark(const struct source *s)
{
	return s->len >= 3 && !memcmp(s->text, "\xef\xbb\xbf", 3);
}

/* Up to the end, or a NUL: no text has one, and /dev/zero has no end. */
static bool read_all(int fd, size_t expected, struct source *s, const char **ret_why)
{
	size_t cap = expected + 1;
	s->text = xmalloc(cap);
	for (;;) {
		if (s->len + 1 == cap) {
			cap += cap / 2 + 65536;
			s->text = xrealloc(s->text, cap);
		}
		ssize_t n = read(fd, s->text + s->len, cap - 1 - s->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*ret_why = strerror(errno);
			return false;
		}
		s->len += (size_t)n;
		if (!n || memchr(s->text + s->len - n, '\0', (size_t)n))
			break;
		if (s->len > MAX_FILE_BYTES) {
			*ret_why = too_large;
			return false;
		}
	}
	s->text[s->len] = '\0';
	return true;
}

static bool read_open(int fd, struct source *s, const char **ret_why)
{
	struct stat st;
	if (fstat(fd, &st)) {
		*ret_why = strerror(errno);
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		*ret_why = strerror(EISDIR);
		return false;
	}
	bool sized = S_ISREG(st.st_mode) && st.st_size > 0;
	if (sized && (uintmax_t)st.st_size > MAX_FILE_BYTES) {
		*ret_why = too_large;
		return false;
	}
	return read_all(fd, sized ? (size_t)st.st_size + 1 : 65536, s, ret_why);
}

bool source_read(struct source *s, const char *path, const char **ret_why)
{
	bool standard = !strcmp(path, "-");
	*s = (struct source){ .name = standard ? "<stdin>" : path };
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		*ret_why = strerror(errno);
		return false;
	}
	bool ok = read_open(fd, s, ret_why);
	if (!standard)
		close(fd);
	if (ok)
		mark_lines(s);
	else
		source_release(s);
	return ok;
}

void source_from_text(struct source *s, const char *name, const char *text, size_t len)
{
	*s = (struct source){ .name = name, .text = xmalloc(len + 1), .len = len };
	memcpy(s->text, text, len);
	s->text[len] = '\0';
	mark_lines(s);
}

void source_release(struct source *s)
{
	free(s->text);
	free(s->marks);
	s->text = NULL;
	s->marks = NULL;
	s->len = s->nmarks = 0;
}
