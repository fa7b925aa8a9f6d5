#include "script/loading.h"

#include "base/near.h"
#include "script/read.h"
#include "script/synonym.h"

struct message {
	const char *code, *en, *nl;
};

/* In the words of a dealer: what is wrong, then what to write instead. */
static const struct message messages[SAY_COUNT] = {
	[SAY_UNKNOWN_NAME] = {"FL301",
		"the word \"%s\" is not known here; a text stands in quotes",
		"het woord \"%s\" is hier niet bekend; tekst staat tussen "
		"aanhalingstekens"},
	[SAY_ASSIGNS_GLOBAL] = {"FL302",
		"\"%s\" is made for everybody; write \"local\" in front of it",
		"\"%s\" wordt voor iedereen gemaakt; zet er \"local\" voor"},
	[SAY_REMEMBERS] = {"FL303",
		"the function changes \"%s\", so it remembers between events; "
		"declare a field and use act.set",
		"de functie verandert \"%s\" en onthoudt dus iets tussen "
		"gebeurtenissen; declareer een field en gebruik act.set"},
	[SAY_SYNTAX] = {"FL304", "%s", "%s"},
	[SAY_FILE_FAILED] = {"FL305", "reading stopped here: %s",
		"hier stopte het lezen: %s"},
	[SAY_FILE_CUT] = {"FL306",
		"reading this file takes too much %s; a file only says rules",
		"het lezen van dit bestand kost te veel %s; een bestand zegt "
		"alleen regels"},
	[SAY_NO_DEALERSHIP] = {"FL307",
		"there is no dealership { name = ... } in dealership.lua",
		"er staat geen dealership { name = ... } in dealership.lua"},
	[SAY_TWO_DEALERSHIPS] = {"FL308",
		"dealership { } stands here a second time, the first is "
		"%s:%d; keep one",
		"dealership { } staat hier voor de tweede keer, de eerste is "
		"%s:%d; houd er een"},
	[SAY_WRONG_FILE] = {"FL309", "%s belongs in %s", "%s hoort in %s"},
	[SAY_BYTES_BINARY] = {"FL310",
		"this is a compiled file, not text; put the text here",
		"dit is een gecompileerd bestand, geen tekst"},
	[SAY_TOO_LARGE] = {"FL311", "the file is larger than 256 KiB",
		"het bestand is groter dan 256 KiB"},
	[SAY_NOT_UTF8] = {"FL312", "not UTF-8 text: save the file as UTF-8",
		"geen UTF-8: bewaar het bestand als UTF-8"},
	[SAY_WORD_ARG_TEXT] = {"FL313",
		"after %s comes a name in quotes, as %s \"name\"; here stands "
		"%s",
		"na %s komt een naam tussen aanhalingstekens, %s \"naam\"; "
		"hier "
		"staat %s"},
	[SAY_WORD_ARG_TABLE] = {"FL314",
		"after %s comes { ... }; here stands %s",
		"na %s komt { ... }; hier staat %s"},
	[SAY_WORD_ARG_LIST] = {"FL315",
		"after %s comes an event in quotes or a list of them; here "
		"stands %s",
		"na %s komt een gebeurtenis tussen aanhalingstekens of een "
		"lijst; hier staat %s"},
	[SAY_WORD_ARG_WORDING] = {"FL316",
		"after %s comes a sentence in quotes, or { nl = \"...\", en = "
		"\"...\" }; here stands %s",
		"na %s komt een zin tussen aanhalingstekens, of { nl = "
		"\"...\", "
		"en = \"...\" }; hier staat %s"},
	[SAY_WORD_ARG_WHO] = {"FL317",
		"after %s comes who, as %s(role \"sales_manager\")",
		"na %s komt wie, zoals %s(role \"sales_manager\")"},
	[SAY_WORD_ARG_FUNCTION] = {"FL318",
		"after test \"%s\" comes (function(t) ... end)",
		"na test \"%s\" komt (function(t) ... end)"},
	[SAY_WORD_NO_TABLE] = {"FL319", "%s \"%s\" has no { ... } behind it",
		"achter %s \"%s\" staat geen { ... }"},
	[SAY_WORD_TWICE] = {"FL320",
		"behind %s comes nothing more; is a comma missing?",
		"achter %s komt niets meer; ontbreekt er een komma?"},
	[SAY_STANDS_ALONE] = {"FL321",
		"%s \"%s\" stands outside of any card; is a } too early?",
		"%s \"%s\" staat buiten een kaart; staat er een } te vroeg?"},
	[SAY_ODD_VALUE] = {"FL322", "a value of this kind (%s) says nothing",
		"een waarde van deze soort (%s) zegt niets"},
	[SAY_ODD_KEY] = {"FL323",
		"a key must be a name or a number in order, not %s",
		"een sleutel is een naam of een volgnummer, niet %s"},
	[SAY_TOO_DEEP] = {"FL324", "too many { } inside each other",
		"te veel { } in elkaar"},
	[SAY_UNKNOWN_KEY] = {"FL325", "%s has no key \"%s\"",
		"%s kent \"%s\" niet"},
	[SAY_KEY_ELSEWHERE] = {"FL326",
		"\"%s\" does not belong in %s but in %s",
		"\"%s\" hoort niet in %s maar in %s"},
	[SAY_LIST_ITEM] = {"FL327",
		"%s cannot stand loose in %s; did its key fall off? A list "
		"stands in { } of its own",
		"%s kan niet los in %s staan; is de sleutel weggevallen? Een "
		"lijst staat in eigen { }"},
	[SAY_EXPECTS] = {"FL328", "\"%s\" wants %s; here stands %s",
		"\"%s\" verwacht %s; hier staat %s"},
	[SAY_MISSING_KEY] = {"FL329", "%s lacks \"%s\"",
		"bij %s ontbreekt "
		"\"%s\""},
	[SAY_ONE_TIMING] = {"FL330",
		"a step appears in one way; \"%s\" and \"%s\" do not go "
		"together",
		"een stap verschijnt op een manier; \"%s\" en \"%s\" gaan niet "
		"samen"},
	[SAY_EMPTY] = {"FL331", "\"%s\" is empty", "\"%s\" is leeg"},
	[SAY_NOT_A_SPAN] = {"FL332", "%s",
		"\"%s\" is geen tijdsduur; schrijf \"2 werkdagen\", \"3 "
		"weken\" of \"90 minuten\""},
	[SAY_NOT_A_MOMENT] = {"FL333",
		"\"%s\" is no moment; write \"opening\", \"closing time\", "
		"\"end "
		"of day\", \"end of next work day\" or \"09:30\"",
		"\"%s\" is geen moment; schrijf \"openingstijd\", "
		"\"sluitingstijd\", \"einde van de dag\" of \"09:30\""},
	[SAY_UNKNOWN_EVENT] = {"FL334", "there is no event \"%s\"",
		"er is geen gebeurtenis \"%s\""},
	[SAY_UNKNOWN_FIELD] = {"FL335", "%s has no field \"%s\"",
		"%s heeft geen veld \"%s\""},
	[SAY_UNKNOWN_STATE] = {"FL336", "%s has no state \"%s\"",
		"%s kent geen toestand \"%s\""},
	[SAY_UNKNOWN_ROLE] = {"FL337", "there is no role \"%s\"",
		"er is geen rol \"%s\""},
	[SAY_UNKNOWN_TEAM] = {"FL338", "there is no team or role \"%s\"",
		"er is geen team of rol \"%s\""},
	[SAY_UNKNOWN_PERSON] = {"FL339",
		"there is no person \"%s\" in dealership.lua",
		"er is geen person \"%s\" in dealership.lua"},
	[SAY_UNKNOWN_SETTING] = {"FL340", "there is no setting \"%s\"",
		"er is geen instelling \"%s\""},
	[SAY_UNKNOWN_KIND] = {"FL341",
		"there is nothing called \"%s\" to be "
		"about",
		"er bestaat geen \"%s\" om over te gaan"},
	[SAY_UNKNOWN_CARD] = {"FL342", "there is no card \"%s\"",
		"er is geen kaart \"%s\""},
	[SAY_UNKNOWN_STEP] = {"FL343", "this card has no step \"%s\"",
		"deze kaart heeft geen stap \"%s\""},
	[SAY_UNKNOWN_CHOICE] = {"FL344",
		"\"%2$s\" is no value of \"%1$s\"; it is one of: %3$s",
		"\"%2$s\" is geen waarde van \"%1$s\"; kies uit: %3$s"},
	[SAY_UNKNOWN_EVENT_FIELD] = {"FL345",
		"event \"%s\" has no field \"%s\"",
		"gebeurtenis \"%s\" heeft geen veld \"%s\""},
	[SAY_ENGINE_MADE] = {"FL346",
		"\"%s\" is made by fairlead itself and cannot be recorded",
		"\"%s\" maakt fairlead zelf en kan niet worden vastgelegd"},
	[SAY_BAD_ID] = {"FL347",
		"\"%s\" is no id: small letters, digits, - and _ only",
		"\"%s\" is geen id: alleen kleine letters, cijfers, - en _"},
	[SAY_SAME_STEP] = {"FL348",
		"step \"%s\" stands here twice, the first is in line %d",
		"stap \"%s\" staat er twee keer, de eerste in regel %d"},
	[SAY_SAME_CARD] = {"FL349", "card \"%s\" is there already, in %s:%d",
		"kaart \"%s\" bestaat al, in %s:%d"},
	[SAY_SAME_NAME] = {"FL350", "%s \"%s\" is there already, in %s:%d",
		"%s \"%s\" bestaat al, in %s:%d"},
	[SAY_SETTING_VALUE] = {"FL351", "setting \"%s\" wants %s",
		"instelling \"%s\" verwacht %s"},
	[SAY_SETTING_TYPE] = {"FL352",
		"setting \"%s\" is a %s; \"%s\" wants a %s",
		"instelling \"%s\" is een %s; \"%s\" verwacht een %s"},
	[SAY_NOBODY_HAS_ROLE] = {"FL353",
		"nobody in dealership.lua has the role \"%s\"",
		"niemand in dealership.lua heeft de rol \"%s\""},
	[SAY_TWO_JOBS] = {"FL354",
		"%s sells and delivers: the one will cost the other",
		"%s verkoopt en levert af: het een gaat ten koste van het "
		"ander"},
	[SAY_NO_ROLES] = {"FL479",
		"%s has no roles and is in no team: nothing comes to %s by "
		"itself; write roles = { \"seller\" }",
		"%s heeft geen rollen en zit in geen team: er komt vanzelf "
		"niets bij %s; schrijf roles = { \"seller\" }"},
	[SAY_ZONE] = {"FL355",
		"there is no time zone \"%s\"; write one as "
		"\"Europe/Amsterdam\"",
		"er is geen tijdzone \"%s\"; schrijf er een als "
		"\"Europe/Amsterdam\""},
	[SAY_PLACEHOLDER_OPEN] = {"FL356",
		"a { in the text is not closed by }: \"%s\"",
		"een { in de tekst wordt niet gesloten met }: \"%s\""},
	[SAY_PLACEHOLDER_FIELD] = {"FL357",
		"the text asks for {%s}, which does not exist",
		"de tekst vraagt om {%s}, dat bestaat niet"},
	[SAY_PLACEHOLDER_FORMAT] = {"FL358",
		"{...|%s}: there is no such way of writing; use %s",
		"{...|%s}: zo'n schrijfwijze is er niet; kies uit %s"},
	[SAY_AT_MOST] = {"FL359",
		"at_most wants a number and what is counted, as \"25 open "
		"cases\", \"4 deliveries a day\" or \"12 tasks\"; not \"%s\"",
		"at_most verwacht een getal en wat er telt, zoals \"25 open "
		"cases\", \"4 deliveries a day\" of \"12 tasks\"; niet \"%s\""},
	[SAY_NO_STARTS] = {"FL360",
		"%s \"%s\" never begins: add starts = "
		"\"...\"",
		"%s \"%s\" begint nooit: voeg starts = \"...\" toe"},
	[SAY_NO_STEPS] = {"FL361", "%s \"%s\" does nothing: add a step or when",
		"%s \"%s\" doet niets: voeg een step of when toe"},
	[SAY_NOTHING_TO_DO] = {"FL362",
		"%s \"%s\" does nothing: add task = ..., run = ... or move_to "
		"= ...",
		"%s \"%s\" doet niets: voeg task = ..., run = ... of move_to "
		"= ... toe"},
	[SAY_UNKNOWN_ANSWER] = {"FL363",
		"\"%s\" is no usual answer of a %s (%s); say what it does, as "
		"%s = note \"...\"",
		"\"%s\" is geen gewoon antwoord van een %s (%s); zeg wat het "
		"doet, zoals %s = note \"...\""},
	[SAY_COMPILED_FORM] = {"FL364",
		"this Lua compiles differently from the one fairlead knows",
		"deze Lua compileert anders dan fairlead kent"},
	[SAY_MANY_CONSTANTS] = {"FL370",
		"&, |, ~, << and >> may give wrong results in a function with "
		"so many (over 256) numbers and texts: move this line into a "
		"function of its own",
		"&, |, ~, << en >> kunnen een verkeerde uitkomst geven in een "
		"functie met zo veel (meer dan 256) getallen en teksten: zet "
		"deze regel in een eigen functie"},
	[SAY_NO_ROOM] = {"FL371",
		"pack \"%s\" holds %u KiB of the %u KiB for all rules: too "
		"little is left to work with",
		"pakket \"%s\" houdt %u KiB vast van de %u KiB voor alle "
		"regels: er blijft te weinig over om mee te werken"},
	[SAY_RANGE] = {"FL366", "\"%s\" is between %d and %d",
		"\"%s\" ligt tussen %d en %d"},
	[SAY_UNKNOWN_MARK] = {"FL368",
		"%s has no yes/no field \"%s\" to mark; it has: %s",
		"%s heeft geen ja/nee-veld \"%s\" om te zetten; wel: %s"},
	[SAY_NOT_AN_AMOUNT] = {"FL369",
		"\"%s\" wants an amount or a share, as \"€ 250\" or "
		"\"0,5%%\"",
		"\"%s\" verwacht een bedrag of een deel, zoals \"€ 250\" of "
		"\"0,5%%\""},
	[SAY_STEP_NO_TASK] = {"FL367", "\"%s\" says nothing without a task",
		"\"%s\" zegt niets zonder task"},
	[SAY_NEVER_VALUE] = {"FL381",
		"\"%s\" is never \"%s\"; it is one of: %s",
		"\"%s\" is nooit \"%s\"; het is een van: %s"},
	[SAY_NEVER_TYPE] = {"FL382", "\"%s\" is %s and never %s",
		"\"%s\" is %s en nooit %s"},
	[SAY_NEVER_RECORD] = {"FL383",
		"\"%s\" is not a text but all of what it stands for; write "
		"\"%s.id\"",
		"\"%s\" is geen tekst maar alles waar het voor staat; schrijf "
		"\"%s.id\""},
	[SAY_NEVER_BOTH] = {"FL384",
		"this is never true: \"%s\" cannot be both; write \"or\"",
		"dit is nooit waar: \"%s\" kan niet beide zijn; schrijf "
		"\"or\""},
	[SAY_ALWAYS_EITHER] = {"FL385",
		"this is always true: \"%s\" is always one of them; write "
		"\"and\"",
		"dit is altijd waar: \"%s\" is altijd een van beide; schrijf "
		"\"and\""},
	[SAY_NOT_COMPARED] = {"FL386",
		"\"not\" belongs to what stands before the comparison only; "
		"write ~=, or not (...)",
		"\"not\" hoort alleen bij wat voor de vergelijking staat; "
		"schrijf ~=, of not (...)"},
	[SAY_NEVER_EVENT] = {"FL387",
		"this is never true: \"%s\" is no event of this when",
		"dit is nooit waar: \"%s\" is geen gebeurtenis van deze when"},
	[SAY_UNKNOWN_VERB] = {"FL388", "there is no %s%s", "%s%s bestaat niet"},
	[SAY_VERB_MARK] = {"FL389", "write %s%s", "schrijf %s%s"},
	[SAY_ACT_OUTSIDE] = {"FL390",
		"a condition only answers yes or no; \"act\" is used in run = "
		"function(subject, event, act)",
		"een voorwaarde antwoordt alleen ja of nee; \"act\" hoort in "
		"run = function(onderwerp, event, act)"},
	[SAY_SET_BUILT_IN] = {"FL391",
		"\"%s\" is changed by events only; use act.emit, or declare a "
		"field of your own",
		"\"%s\" verandert alleen door gebeurtenissen; gebruik "
		"act.emit, "
		"of declareer een eigen field"},
	[SAY_NEVER_OVER] = {"FL392",
		"step \"%s\" never appears: \"%s\" goes on for ever; give it "
		"an "
		"up_to",
		"stap \"%s\" verschijnt nooit: \"%s\" gaat altijd door; geef "
		"die een up_to"},
	[SAY_NEVER_ACCEPTED] = {"FL393",
		"step \"%s\" never appears: only a handoff or an escalation "
		"has "
		"an acceptance",
		"stap \"%s\" verschijnt nooit: alleen een handoff of een "
		"escalation heeft een acceptance"},
	[SAY_PAST_UP_TO] = {"FL394",
		"step \"%s\" never appears: it waits longer than its up_to",
		"stap \"%s\" verschijnt nooit: hij wacht langer dan zijn "
		"up_to"},
	[SAY_BOUNDS_CROSS] = {"FL395",
		"in step \"%s\" at_least is more than at_most",
		"in stap \"%s\" is at_least meer dan at_most"},
	[SAY_PAST_RHYTHM] = {"FL396",
		"step \"%s\" comes when \"%s\" has long run out: it waits "
		"longer than that one's up_to",
		"stap \"%s\" komt als \"%s\" al lang is afgelopen: hij wacht "
		"langer dan de up_to daarvan"},
	[SAY_NOBODY_ENTERS] = {"FL397",
		"nobody can enter \"%s\": \"%s\" is about a %s, and about says "
		"\"%s\"",
		"niemand kan in \"%s\" komen: \"%s\" gaat over een %s, en "
		"about "
		"zegt \"%s\""},
	[SAY_LEAVES_AT_ONCE] = {"FL398",
		"who enters \"%s\" leaves at once: \"%s\" stands in starts and "
		"in stops",
		"wie in \"%s\" komt gaat er meteen uit: \"%s\" staat in starts "
		"en in stops"},
	[SAY_CONTACTED_TWICE] = {"FL399",
		"step \"%s\" contacts a customer whom \"%s\", step \"%s\", "
		"contacts then too: both start at \"%s\"",
		"stap \"%s\" benadert een klant die \"%s\", stap \"%s\", dan "
		"ook benadert: beide beginnen bij \"%s\""},
	[SAY_EVENT_CYCLE] = {"FL380",
		"\"%s\" causes itself again and again; add unless = ...",
		"\"%s\" veroorzaakt steeds zichzelf; voeg unless = ... toe"},
	[SAY_NO_FAILS_DEPARTMENT] = {"FL379",
		"nobody takes up failed deals: write an escalation that starts "
		"at \"deal.failed\"",
		"niemand neemt mislukte deals op: schrijf een escalation die "
		"begint bij \"deal.failed\""},
	[SAY_OVER_STAFF] = {"FL378",
		"%d deliveries a day are planned and team \"%s\" can do %d",
		"er zijn %d afleveringen per dag gepland en team \"%s\" kan er "
		"%d"},
	[SAY_UNKNOWN_WORDS] = {"FL480",
		"there is no word_list \"%s\"; make it with word_list \"...\" "
		"{ nl = { ... }, en = { ... } }",
		"er is geen word_list \"%s\"; maak die met word_list \"...\" "
		"{ nl = { ... }, en = { ... } }"},
	[SAY_UNKNOWN_NEED] = {"FL481",
		"this gate has no need \"%s\" to change",
		"deze gate heeft geen eis \"%s\" om te veranderen"},
	[SAY_GATE_OPEN] = {"FL482",
		"gate \"%s\" stops nothing: add needs { } or refuses { }",
		"gate \"%s\" houdt niets tegen: voeg needs { } of refuses { } "
		"toe"},
	[SAY_CHANGES_NOTHING] = {"FL483",
		"change \"%s\" changes nothing: put keys or step \"...\" { } "
		"between the { }",
		"change \"%s\" verandert niets: zet sleutels of step \"...\" "
		"{ } tussen de { }"},
	[SAY_CHANGE_FIXED] = {"FL484",
		"\"%s\" of a card cannot be changed: copy the card under an "
		"id of your own and switch_off this one",
		"\"%s\" van een kaart kan niet veranderen: kopieer de kaart "
		"onder een eigen id en zet deze uit met switch_off"},
	[SAY_NO_DIARY] = {"FL486",
		"there is no diary \"%s\"; write a role and diary, as \"seller "
		"diary\"",
		"er is geen agenda \"%s\"; schrijf agenda en een rol, zoals "
		"\"agenda seller\""},
	[SAY_NEVER_CHANGES] = {"FL487",
		"setting \"%s\" is set here while never_changes keeps \"%s\"",
		"instelling \"%s\" wordt hier veranderd terwijl never_changes "
		"\"%s\" zo houdt"},
	[SAY_PRESSURE] = {"FL488",
		"\"%s\" pushes the customer; say what you can do and leave the "
		"choice",
		"\"%s\" zet de klant onder druk; zeg wat je kunt doen en laat "
		"de keus"},
	[SAY_NO_UNIT] = {"FL372",
		"\"%s\" does not say of what: write \"%s days\", \"%s work "
		"days\" or \"%s hours\"",
		"\"%s\" zegt niet waarvan: schrijf \"%s dagen\", \"%s "
		"werkdagen\" of \"%s uur\""},
	[SAY_UNKNOWN_BRAND] = {"FL373",
		"nobody in dealership.lua has the brand \"%s\"",
		"niemand in dealership.lua heeft het merk \"%s\""},
	[SAY_NOT_SIGNED] = {"FL374",
		"nothing can be handed over before the signature, and \"%s\" "
		"is none; write starts = \"deal.signed\", or use a rule "
		"with act.assign",
		"voor de handtekening valt er niets over te dragen, en \"%s\" "
		"is er geen; schrijf starts = \"deal.signed\", of neem een "
		"rule met act.assign"},
	[SAY_NO_ANSWER] = {"FL375",
		"this function does not always answer: end it with return "
		"true or return false",
		"deze functie antwoordt niet altijd: eindig met return true "
		"of return false"},
	[SAY_NEITHER] = {"FL376",
		"a condition answers yes or no; this answers %s: compare it, "
		"as in x == ...",
		"een voorwaarde antwoordt ja of nee; dit antwoordt %s: "
		"vergelijk het, zoals x == ..."},
	[SAY_FIELD_CALLED] = {"FL377",
		"\"%s\" is a field, no function: write it without : and ( )",
		"\"%s\" is een veld, geen functie: schrijf het zonder : en "
		"( )"},
	[SAY_ASSIGNS_FIELD] = {"FL489",
		"\"%s\" cannot be given a value here; write act.set(\"%s\", "
		"...)",
		"\"%s\" krijgt hier geen waarde; schrijf act.set(\"%s\", "
		"...)"},
	[SAY_NEED_NAME] = {"FL490",
		"\"%s\" is no field of event \"%s\", and looks like one",
		"\"%s\" is geen veld van gebeurtenis \"%s\" en lijkt er wel "
		"op"},
	[SAY_WAITS_FOR_ITSELF] = {"FL392",
		"step \"%s\" never appears: it waits for \"%s\", and that waits "
		"for it",
		"stap \"%s\" verschijnt nooit: hij wacht op \"%s\", en die "
		"wacht op hem"},
	[SAY_STEP_INSIDE] = {"FL327",
		"\"%s\" stands inside of %s; close the } of what stands above "
		"it first",
		"\"%s\" staat binnen %s; sluit eerst met } wat erboven staat"},
	[SAY_JOINED] = {"FL491",
		"texts are joined with .. and not with +",
		"teksten plak je aan elkaar met .. en niet met +"},
	[SAY_OFF_LEAVES] = {"FL493",
		"card \"%s\" is switched off: what \"%s\" changes in it "
		"changes nothing any more",
		"kaart \"%s\" staat uit: wat \"%s\" erin verandert, "
		"verandert niets meer"},
	[SAY_TESTS_NOTHING] = {"FL492",
		"test \"%s\" expects nothing, so it proves nothing: add "
		"t:expect_task, t:expect_none, t:expect_event, "
		"t:expect_state or t:refused",
		"test \"%s\" verwacht niets en bewijst dus niets: voeg "
		"t:expect_task, t:expect_none, t:expect_event, "
		"t:expect_state of t:refused toe"},
	[SAY_NO_EVENT_FIELD] = {"FL345", "no event has a field \"%s\"",
		"geen gebeurtenis heeft een veld \"%s\""},
	[SAY_SOME_EVENTS] = {"FL494",
		"\"%s\" is not told by %s, and there this fails; ask first: "
		"event.type == \"%s\"",
		"\"%s\" komt niet mee met %s, en daar mislukt dit; vraag "
		"eerst: event.type == \"%s\""},
	[SAY_ANY_EVENT] = {"FL494",
		"\"%s\" is told by %s only, any event may come here, and then "
		"this fails; ask first: event.type == \"%s\"",
		"\"%s\" komt alleen mee met %s, hier kan elke gebeurtenis "
		"komen, en dan mislukt dit; vraag eerst: event.type == \"%s\""},
	[SAY_NEVER_NIL] = {"FL495",
		"\"%s\" is never nil: it begins as %s; compare it with that",
		"\"%s\" is nooit nil: het begint als %s; vergelijk het "
		"daarmee"},
	[SAY_NEVER_APPEARS] = {"FL496",
		"%s, so \"%s\" never appears; change %s, or delete it",
		"%s, dus \"%s\" verschijnt nooit; verander %s, of haal het "
		"weg"},
	[SAY_SAYS_NOTHING] = {"FL497", "%s, so %s says nothing; delete it",
		"%s, dus %s zegt niets; haal het weg"},
	[SAY_NEVER_ASKED] = {"FL497",
		"\"unless\" is never asked: the card lets nobody new in "
		"anyway; delete it",
		"\"unless\" wordt nooit gevraagd: de kaart laat al niemand "
		"meer toe; haal het weg"},
	[SAY_TASK_KIND] = {"FL498",
		"act.task has no kind, so it becomes a todo: write kind = "
		"\"call\", \"mail\", \"visit\" or \"todo\"",
		"act.task heeft geen kind en wordt dus een todo: schrijf kind "
		"= \"call\", \"mail\", \"visit\" of \"todo\""},
	[SAY_WORD_IN_FUNCTION] = {"FL499",
		"\"%s\" is a word of cards, not of functions: write %s",
		"\"%s\" hoort in een kaart, niet in een functie: schrijf %s"},
	[SAY_PLACEHOLDER_SIGN] = {"FL357",
		"the text shows \"%s\" as it is written; write {%s}",
		"de tekst toont \"%s\" zoals het er staat; schrijf {%s}"},
	[SAY_WORD_AS_KEY] = {"FL326",
		"\"%s\" is no key: write it without =, as in %s",
		"\"%s\" is geen sleutel: schrijf het zonder =, zoals %s"},
	[SAY_LOOSE_TASK] = {"FL327",
		"\"%s\" cannot stand loose in a step; write task = %s \"...\"",
		"\"%s\" kan niet los in een stap staan; schrijf task = %s "
		"\"...\""},
	[SAY_NOTE_BRACES] = {"FL365",
		"a remark shows \"%s\" as it is written; join the value with "
		".., as in \"...\" .. deal.link",
		"een opmerking toont \"%s\" zoals het er staat; plak de waarde "
		"eraan met .., zoals \"...\" .. deal.link"},
	[SAY_SWITCHED_OFF] = {"FL485",
		"card \"%s\" cannot be switched off: %s:%d moves people to "
		"it; change that step too",
		"kaart \"%s\" kan niet uit: %s:%d brengt mensen erheen; "
		"verander die stap ook"},
};

static struct problem *say_va(struct loading *ld, const struct file_unit *unit,
	int line, enum say what, va_list ap)
{
	const struct message *m = &messages[what];
	char text[900];

	vsnprintf(text, sizeof(text), ld->dutch ? m->nl : m->en, ap);
	for (uint32_t i = 0; unit != NULL && i < ld->p->count; i++) {
		struct problem *it = &ld->p->items[i];

		if (it->line == line && strcmp(it->text, text) == 0 &&
			it->file != NULL && strcmp(it->file, unit->name) == 0)
			return it; /* told already */
	}
	return problem_add(ld->p, m->code, unit != NULL ? unit->name : NULL,
		line, "%s", text);
}

static bool is_lost(const struct loading *ld, const char *name, bool field)
{
	for (uint32_t i = 0; i < ld->n_lost; i++) {
		const char *dot = strrchr(ld->lost[i].at, '.');

		if (text_is(ld->lost[i], name) ||
			(field && dot != NULL && strcmp(dot + 1, name) == 0))
			return true;
	}
	return false;
}

/* A name is unknown because its declaration could not be read: that has been
 * told, and this is no mistake of its own. */
static bool excused(const struct loading *ld, enum say what, va_list ap)
{
	switch (what) {
	case SAY_UNKNOWN_FIELD:
	case SAY_UNKNOWN_EVENT_FIELD:
		(void)va_arg(ap, const char *);
		return is_lost(ld, va_arg(ap, const char *), true);
	case SAY_UNKNOWN_NAME:
	case SAY_UNKNOWN_EVENT:
	case SAY_UNKNOWN_TEAM:
	case SAY_UNKNOWN_PERSON:
	case SAY_UNKNOWN_SETTING:
	case SAY_UNKNOWN_CARD:
	case SAY_UNKNOWN_STEP:
	case SAY_PLACEHOLDER_FIELD:
		return is_lost(ld, va_arg(ap, const char *), false);
	case SAY_NO_EVENT_FIELD: /* fields of a lost event are not known */
		return true;
	default:
		return false;
	}
}

struct problem *say(struct loading *ld, const struct file_unit *unit, int line,
	enum say what, ...)
{
	struct problem *it;
	va_list ap;

	va_start(ap, what);
	if (ld->n_lost > 0 && excused(ld, what, ap)) {
		va_end(ap);
		ld->p->spill = (struct problem){.code = messages[what].code};
		return &ld->p->spill;
	}
	va_end(ap);
	va_start(ap, what);
	it = say_va(ld, unit, line, what, ap);
	va_end(ap);
	for (uint32_t i = 0; i < ld->n_units; i++)
		if (&ld->units[i] == unit)
			ld->units[i].broken = true;
	return it;
}

struct problem *say_warning(struct loading *ld, const struct file_unit *unit,
	int line, enum say what, ...)
{
	struct problem *it;
	va_list ap;

	va_start(ap, what);
	it = say_va(ld, unit, line, what, ap);
	va_end(ap);
	problem_warn(ld->p, it);
	return it;
}

void say_near(struct loading *ld, struct problem *it, const char *wrong,
	const char *const *names, size_t n)
{
	const char *meant = synonym_among(wrong, names, n);
	int at = meant == NULL ? near_name(wrong, names, n) : -1;

	if (at >= 0)
		meant = names[at];
	if (meant != NULL)
		it->nearest = arena_strdup(ld->p->arena, meant);
}

/* What names of other places stand for; %s: the name. */
static const struct {
	const char *names, *en, *nl;
} elsewhere[] = {
	{" os clock ",
		"Rules know no clock: write after = \"...\", or use event.at.",
		"Regels kennen geen klok: schrijf after = \"...\", of gebruik "
		"event.at."},
	{" io require dofile loadfile load package debug ",
		"Rules read no other files: all files of rules/ are read "
		"anyway.",
		"Regels lezen geen andere bestanden: alle bestanden van rules/ "
		"worden al gelezen."},
	{" deal customer visit appointment promise case delivery complaint "
	 "event act ",
		"A function names what it gets: function(%s) ... end; what "
		"belongs to a deal is deal.customer.",
		"Een functie noemt wat ze krijgt: function(%s) ... end; wat "
		"bij een deal hoort is deal.customer."},
	{" t ",
		"A test names what it gets: (function(%s) ... end).",
		"Een toets noemt wat ze krijgt: (function(%s) ... end)."},
	{" sms whatsapp letter ",
		"Write mail \"...\" with by = { \"%s\" }.",
		"Schrijf mail \"...\" met by = { \"%s\" }."},
};

static const char *elsewhere_is(const struct loading *ld, const char *name)
{
	char spaced[80];

	snprintf(spaced, sizeof(spaced), " %.70s ", name);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		if (strstr(elsewhere[i].names, spaced) != NULL)
			return ld->dutch ? elsewhere[i].nl : elsewhere[i].en;
	return NULL;
}

void say_unknown_name(struct loading *ld, const struct file_unit *unit,
	int line, const char *name, const char *const *names, size_t n)
{
	struct problem *it = say(ld, unit, line, SAY_UNKNOWN_NAME, name);
	const char *why = elsewhere_is(ld, name);
	size_t n_roles;
	const char *const *roles = read_roles(&n_roles);

	if (why != NULL) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		it->remedy = arena_printf(ld->p->arena, why, name);
#pragma GCC diagnostic pop
		return;
	}
	for (size_t i = 0; i < n_roles; i++)
		if (strcmp(roles[i], name) == 0 && strcmp(name, "seller") != 0)
			it->nearest = arena_printf(
				ld->p->arena, "role \"%s\"", name);
	if (schema_state(text_of(name)) >= 0)
		it->nearest = arena_printf(ld->p->arena, "\"%s\"", name);
	if (it->nearest == NULL)
		say_near(ld, it, name, names, n);
}

const char *say_list(struct loading *ld, const char *const *names, size_t n)
{
	char text[400] = "";
	size_t len = 0;

	for (size_t i = 0; i < n && i < 12 && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
			i > 0 ? ", " : "", names[i]);
	return arena_strdup(ld->p->arena, text);
}

/* ---- places ---- */

const struct file_unit *say_unit(const struct loading *ld, const char *name)
{
	for (uint32_t i = 0; name != NULL && i < ld->n_units; i++)
		if (strcmp(ld->units[i].name, name) == 0)
			return &ld->units[i];
	return NULL;
}

static struct text line_text(const struct file_unit *u, int line)
{
	const char *at = u->bytes, *end = at + u->n, *stop;

	for (int i = 1; i < line && at < end; i++) {
		stop = memchr(at, '\n', (size_t)(end - at));
		at = stop != NULL ? stop + 1 : end;
	}
	stop = memchr(at, '\n', (size_t)(end - at));
	stop = stop != NULL ? stop : end;
	while (stop > at && stop[-1] == '\r')
		stop--;
	return (struct text){at, (uint32_t)(stop - at)};
}

/* The part of a message in its last quotes: the wrong word. */
static struct text wrong_word(const char *text)
{
	const char *end = strrchr(text, '"'), *at = end;

	while (at > text && at[-1] != '"')
		at--;
	return (struct text){at, (uint32_t)(end != NULL ? end - at : 0)};
}

/* The model tells the line of a declaration, knowing no other: the wrong word
 * stands there or below, before the next one. */
static void line_settle(const struct file_unit *u, struct problem *it)
{
	struct text word = wrong_word(it->text);
	const struct token *t;
	uint32_t n;
	int depth = 0;

	if (word.bytes == 0 || u->source == NULL)
		return;
	t = luasource_tokens(u->source, &n);
	for (uint32_t i = 0; i < n; i++) {
		bool symbol = t[i].kind == TOKEN_SYMBOL;

		if (t[i].line < it->line)
			continue;
		if (t[i].line > it->line && t[i].column == 1 && depth <= 0)
			return;
		if ((t[i].kind == TOKEN_NAME || t[i].kind == TOKEN_TEXT) &&
			text_equal(t[i].text, word)) {
			it->line = t[i].line;
			return;
		}
		if (symbol && text_is(t[i].text, "{"))
			depth++;
		else if (symbol && text_is(t[i].text, "}") && --depth < 0)
			return;
	}
}

/* Where a column of what one round of mending made stood before. */
static int column_before(const struct unit_mend *mends, uint32_t n, int line,
	int column)
{
	int more = 0; /* characters than before */

	for (uint32_t i = 0; i < n; i++) {
		const struct unit_mend *m = &mends[i];
		int at = m->column + more;

		if (m->line != line)
			continue;
		if (column < at)
			break;
		if (column < at + m->put)
			return m->column;
		more += m->put - m->was;
	}
	return column - more;
}

void say_column(const struct file_unit *u, struct problem *it)
{
	int column = it->column;
	uint32_t n, from;

	if (it->width == 0)
		return;
	for (n = u->n_mends; n > 0; n = from) {
		from = n - 1;
		while (from > 0 && u->mends[from - 1].round ==
					   u->mends[n - 1].round)
			from--;
		column = column_before(
			u->mends + from, n - from, it->line, column);
	}
	problem_place(it, column, it->width);
}

void say_lines(struct loading *ld, uint32_t from)
{
	for (uint32_t i = from; i < ld->p->count; i++) {
		struct problem *it = &ld->p->items[i];
		const struct file_unit *u = say_unit(ld, it->file);

		if (u != NULL && it->line > 0)
			problem_point(ld->p, it, line_text(u, it->line));
	}
}

void say_places(struct loading *ld, uint32_t from)
{
	for (uint32_t i = from; i < ld->p->count; i++) {
		struct problem *it = &ld->p->items[i];
		const struct file_unit *u = say_unit(ld, it->file);

		if (u == NULL || it->line <= 0 || it->source != NULL)
			continue;
		if (it->width == 0 &&
			(strncmp(it->code, "FL2", 3) == 0 ||
				strncmp(it->code, "FL12", 4) == 0))
			line_settle(u, it);
		say_column(u, it);
		problem_point(ld->p, it, line_text(u, it->line));
	}
}
