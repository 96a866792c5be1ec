/*
 * make_million - writes a large file to standard output: 4 regions of 3 zones of 2 datacenters of 40 racks,
 * nodes shared out evenly, and one service whose groups have a replica in each of three zones.
 *
 *	make_million [--groups N] [--nodes N] [--seed N] [--spread LEVELS] [--survive LIST]
 *
 * The same options give the same bytes. --spread az,rack and --survive "az, 2 rack" are written as they are.
 */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"

enum { REGIONS = 4, ZONES = 3, DCS = 2, RACKS = 40, REPLICAS = 3 };
enum { ALL_ZONES = REGIONS * ZONES, ALL_RACKS = ALL_ZONES * DCS * RACKS };

struct shape {
	uint32_t groups, nodes;
	uint64_t seed;
	const char *spread, *survive;
};

/* The nodes of rack r are those from this number up to the next rack's. */
static uint32_t first_node(const struct shape *s, uint32_t rack)
{
	return (uint32_t)((uint64_t)s->nodes * rack / ALL_RACKS);
}

static void write_rack(const struct shape *s, uint32_t rack)
{
	printf("        rack-%02u: [", rack % RACKS + 1);
	for (uint32_t n = first_node(s, rack); n < first_node(s, rack + 1); n++)
		printf("%sn%04u", n == first_node(s, rack) ? "" : ", ", n + 1);
	puts("]");
}

static void write_topology(const struct shape *s)
{
	puts("topology:");
	for (uint32_t rack = 0; rack < ALL_RACKS; rack++) {
		uint32_t dc = rack / RACKS, zone = dc / DCS, region = zone / ZONES;

		if (rack % (RACKS * DCS * ZONES) == 0)
			printf("  region-%u:\n", region + 1);
		if (rack % (RACKS * DCS) == 0)
			printf("    az-%u%c:\n", region + 1, 'a' + (int)(zone % ZONES));
		if (rack % RACKS == 0)
			printf("      dc-%u%c%u:\n", region + 1, 'a' + (int)(zone % ZONES), dc % DCS + 1);
		write_rack(s, rack);
	}
}

/* A number below `bound`; the same seed gives the same ones. */
static uint32_t draw(uint64_t *seed, uint32_t bound)
{
	*seed += 0x9e3779b97f4a7c15u;
	return (uint32_t)((hash_mix(*seed) >> 32) * bound >> 32);
}

static uint32_t node_in_zone(const struct shape *s, uint32_t zone, uint64_t *seed)
{
	uint32_t first = first_node(s, zone * DCS * RACKS), end = first_node(s, (zone + 1) * DCS * RACKS);

	return first + draw(seed, end - first);
}

/* Three different zones, of any regions, each set as likely as any other. */
static void draw_zones(uint64_t *seed, uint32_t zones[REPLICAS])
{
	uint32_t all[ALL_ZONES];

	for (uint32_t i = 0; i < ALL_ZONES; i++)
		all[i] = i;
	for (uint32_t i = 0; i < REPLICAS; i++) {
		uint32_t j = i + draw(seed, ALL_ZONES - i);

		zones[i] = all[j];
		all[j] = all[i];
	}
}

static void write_groups(const struct shape *s)
{
	uint64_t seed = s->seed;

	puts("    groups:");
	for (uint32_t g = 0; g < s->groups; g++) {
		uint32_t zones[REPLICAS];

		draw_zones(&seed, zones);
		printf("      g-%07u: [", g + 1);
		for (uint32_t r = 0; r < REPLICAS; r++)
			printf("%sn%04u", r ? ", " : "", node_in_zone(s, zones[r], &seed) + 1);
		puts("]");
	}
}

static void write_file(const struct shape *s)
{
	printf("faultline: 1\ntitle: %u groups on %u nodes\n", s->groups, s->nodes);
	write_topology(s);
	puts("domains: {region: {down: 1e-6}, az: {down: 1e-4}, dc: {mtbf: 5y, mttr: 8h}, rack: {mtbf: 3y, mttr: 12h},\n"
	     "  node: {mtbf: 1y, mttr: 24h}}");
	puts("services:\n  kv:\n    system: raft");
	if (*s->spread)
		printf("    spread: [%s]\n", s->spread);
	if (*s->survive)
		printf("    survive: [%s]\n", s->survive);
	write_groups(s);
}

static uint32_t number(const char *text, uint32_t least)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || n < least || n > 9999999) {
		fprintf(stderr, "make_million: '%s' is no number from %u to 9999999\n", text, least);
		exit(2);
	}
	return (uint32_t)n;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"groups", required_argument, NULL, 'g'}, {"nodes", required_argument, NULL, 'n'},
		{"seed", required_argument, NULL, 's'}, {"spread", required_argument, NULL, 'p'},
		{"survive", required_argument, NULL, 'v'}, {0},
	};
	struct shape s = {.groups = 1000000, .nodes = 4000, .seed = 1, .spread = "az, dc, rack, node",
	                  .survive = "region, az, dc, rack, node, 2 rack"};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'g': s.groups = number(optarg, 1); break;
		case 'n': s.nodes = number(optarg, ALL_RACKS); break;
		case 's': s.seed = number(optarg, 0); break;
		case 'p': s.spread = optarg; break;
		case 'v': s.survive = optarg; break;
		default: return 2;
		}
	write_file(&s);
	return fflush(stdout) == EOF || ferror(stdout) ? 3 : 0;
}
