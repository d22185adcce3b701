/* floor CAPTURE: the least a program that reads packets with libpcap can do: count them. */
#include <err.h>
#include <pcap.h>
#include <stdint.h>

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], why) : NULL;
	struct pcap_pkthdr *head;
	const u_char *bytes;
	uint64_t packets = 0, total = 0;

	if (capture == NULL)
		errx(1, "open %s: %s", argc == 2 ? argv[1] : "(no capture)", why);
	for (; pcap_next_ex(capture, &head, &bytes) == 1; packets++)
		total += head->caplen;
	pcap_close(capture);
	printf("%llu packets %llu bytes\n", (unsigned long long)packets, (unsigned long long)total);
	return 0;
}
