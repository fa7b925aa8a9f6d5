#include "base/dutch.h"

#include <errno.h>
#include <string.h>

/* The system's own, as strerrordesc_np() says them. */
static const struct {
	int code;
	const char *nl;
} causes[] = {
	{ENOENT, "bestaat niet"},
	{EACCES, "mag niet worden gelezen of geschreven"},
	{EPERM, "is niet toegestaan"},
	{EEXIST, "bestaat al"},
	{ENOTDIR, "is geen map"},
	{EISDIR, "is een map"},
	{ENOTEMPTY, "is een map die niet leeg is"},
	{ENOSPC, "de schijf is vol"},
	{EDQUOT, "de ruimte op de schijf die je mag gebruiken is op"},
	{EFBIG, "het bestand wordt te groot"},
	{EROFS, "de schijf kan alleen gelezen worden"},
	{EIO, "de schijf leest of schrijft niet goed"},
	{ENOMEM, "er is te weinig geheugen"},
	{EMFILE, "er staan te veel bestanden open"},
	{ENFILE, "er staan op deze machine te veel bestanden open"},
	{ENAMETOOLONG, "de naam is te lang"},
	{ELOOP, "de verwijzingen wijzen in een kring"},
	{EBUSY, "is in gebruik"},
	{ENOLCK, "kan niet op slot"},
	{EINVAL, "kan zo niet"},
	{EADDRINUSE, "dit adres is al in gebruik"},
	{EADDRNOTAVAIL, "dit adres is niet van deze machine"},
	{ECONNREFUSED, "niemand antwoordt daar"},
	{ECONNRESET, "de verbinding is verbroken"},
	{EPIPE, "de verbinding is verbroken"},
	{ETIMEDOUT, "het antwoord bleef te lang uit"},
	{EHOSTUNREACH, "die machine is niet te bereiken"},
	{ENETUNREACH, "het netwerk is niet te bereiken"},
};

/* The database's and our own. */
static const struct {
	const char *en, *nl;
} sentences[] = {
	{"file is not a database", "dit is geen database"},
	{"database disk image is malformed", "de database is beschadigd"},
	{"database or disk is full", "de schijf is vol"},
	{"attempt to write a readonly database",
		"de database mag alleen gelezen worden"},
	{"unable to open database file", "de database is niet te openen"},
	{"database is locked", "de database is in gebruik"},
	{"disk I/O error", "de schijf leest of schrijft niet goed"},
	{"out of memory", "er is te weinig geheugen"},
	{": no memory", ": er is te weinig geheugen"},
	{"not a regular file", "is geen gewoon bestand"},
	{"is not a folder", "is geen map"},
	{"not a folder", "is geen map"},
	{"no usable folder name", "is geen bruikbare naam voor een map"},
	{": larger than ", ": is groter dan "},
	{"cannot be made", "is niet te maken"},
	{"cannot be synced", "is niet op schijf vast te leggen"},
	{"cannot be written to", "is niet te beschrijven"},
	{"there is no database yet", "er is nog geen database"},
	{"is of an older version; open it with serve first",
		"is van een oudere versie; open hem eerst met serve"},
	{"is on a network file system, where a database can be damaged; use "
	 "a local disk",
		"staat op een netwerkschijf, waar een database beschadigd kan "
		"raken; neem een schijf van deze machine"},
	{"belongs to another user: do this as the one who runs fairlead",
		"is van een andere gebruiker: doe dit als wie fairlead draait"},
	{"has this rooftop open", "heeft deze vestiging open"},
	{"another process", "een ander programma"},
	{"is making this rooftop", "maakt deze vestiging juist"},
	{"is in the way and no socket", "staat in de weg en is geen socket"},
	{"listens there", "luistert daar"},
	{"nobody answers at", "niemand antwoordt op"},
	{"before the answer was whole: it may have happened, ask again with "
	 "the same id",
		"voordat het antwoord er helemaal was: het kan gebeurd zijn, "
		"vraag het nog eens met dezelfde id"},
};

/* `text` with its last `en` as `nl`. */
static const char *replaced(
	struct arena *a, const char *text, const char *en, const char *nl)
{
	const char *at = NULL, *next = text, *made;

	while ((next = strstr(next, en)) != NULL)
		at = next++;
	if (at == NULL)
		return text;
	made = arena_printf(a, "%.*s%s%s", (int)(at - text), text, nl,
		at + strlen(en));
	return made != NULL ? made : text;
}

const char *dutch_cause(struct arena *a, const char *text)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		text = replaced(a, text, strerrordesc_np(causes[i].code),
			causes[i].nl);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		text = replaced(a, text, sentences[i].en, sentences[i].nl);
	return text;
}
