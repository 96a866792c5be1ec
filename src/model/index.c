#include "model/index_p.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct model_index {
	pthread_mutex_t mutex;
	atomic_bool made;
	struct groups_on on;
};

void model_index_new(struct model *m)
{
	m->index = xcalloc(1, sizeof(*m->index));
	pthread_mutex_init(&m->index->mutex, NULL);
}

void model_index_free(struct model *m)
{
	if (!m->index)
		return;
	free(m->index->on.first);
	free(m->index->on.groups);
	pthread_mutex_destroy(&m->index->mutex);
	free(m->index);
}

/* Moves each domain's cursor by one for every group on it, and writes the group there if there is a `groups_on` yet. */
static void place_groups(const struct model *m, uint32_t *cursor, uint32_t *groups_on)
{
	uint32_t *last = xmalloc(m->ndomains * sizeof(*last)); /* the group met last on each domain */

	memset(last, 0xff, m->ndomains * sizeof(*last));
	for (uint32_t g = 0; g < m->ngroups; g++)
		for (uint32_t i = m->first_replica[g]; i < m->first_replica[g + 1]; i++) {
			domain_id d = m->replicas[i];

			if (last[d] == g)
				continue;
			last[d] = g;
			if (groups_on)
				groups_on[cursor[d]] = g;
			cursor[d]++;
		}
	free(last);
}

/* A counting sort by domain. */
static void make(const struct model *m, struct groups_on *on)
{
	uint32_t *first = xcalloc(m->ndomains + 1ul, sizeof(*first));

	place_groups(m, first + 1, NULL);
	for (uint32_t d = 0; d < m->ndomains; d++)
		first[d + 1] += first[d];
	on->groups = xmalloc(first[m->ndomains] * sizeof(*on->groups));
	place_groups(m, first, on->groups);
	memmove(first + 1, first, m->ndomains * sizeof(*first)); /* each cursor stands where the next domain begins */
	first[0] = 0;
	on->first = first;
}

const struct groups_on *model_groups_on(const struct model *m)
{
	struct model_index *index = m->index;

	if (atomic_load_explicit(&index->made, memory_order_acquire))
		return &index->on;
	pthread_mutex_lock(&index->mutex);
	if (!index->made) {
		make(m, &index->on);
		atomic_store_explicit(&index->made, true, memory_order_release);
	}
	pthread_mutex_unlock(&index->mutex);
	return &index->on;
}

size_t model_index_bytes(const struct model *m)
{
	const struct groups_on *on = &m->index->on;

	return m->index->made ? (m->ndomains + 1ul) * sizeof(*on->first) + on->first[m->ndomains] * sizeof(*on->groups) : 0;
}
