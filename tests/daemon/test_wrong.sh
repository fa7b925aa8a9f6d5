#!/usr/bin/env bash
# Wrong input: what, where, the nearest right name, the exit code; nothing kept.
# shellcheck shell=bash source=lib.sh
. "$TREE/tests/daemon/lib.sh"
shop s
fl -C s clock 2030-09-02T10:00 >/dev/null
fl -C s post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web >/dev/null
serve s serve
before=$(fl -C s --json status | grep -oE '"events":[0-9]+')
code "no command" 2 fl
code "a command that is none" 2 fl -C s tody
has "the nearest" 'did you mean today' "$out"
code "an option that is none" 2 fl -C s today --jsn
has "the nearest" '--json' "$out"
for words in "" "-h" "help today" "today --help" "help tody"; do
	# shellcheck disable=SC2086 # words, not one word
	case $(fl --json $words 2>/dev/null) in
	"{"*"}") ok "JSON is JSON: $words" ;;
	*) not_ok "JSON is JSON: $words" ;;
	esac
done
code "an option of another command" 2 fl -C s today --deputy x
code "an option without value" 2 fl -C s post lead.received --id
code "something missing" 2 fl -C s deal
code "something too much" 2 fl -C s retry E1 E2
code "no folder" 1 fl -C nowhere today
has "and what to do" 'fairlead init' "$out"
code "an unknown event" 1 fl -C s post lead.receved customer.name=x
has "the nearest" 'lead.received' "$out"
code "an unknown field" 1 fl -C s post visit.started customer="Sofie Peeters" persn=jan
has "the nearest" 'did you mean person' "$out"
code "a wrong value" 1 fl -C s post contact.made customer="Sofie Peeters" still_thinking=perhaps
has "says what is right" 'still_thinking.*(true|yes)' "$out"
code "money that is none" 1 fl -C s post quote.presented customer="Sofie Peeters" amount=much
has "shows how it is written" 'amount.*€' "$out"
code "an unknown person" 1 fl -C s post visit.started customer="Sofie Peeters" person=jann
has "the nearest" 'jan' "$out"
code "an unknown customer" 1 fl -C s deal "Sofia Peters"
has "the nearest" 'Sofie Peeters' "$out"
code "an unknown task" 1 fl -C s answer T99999 reached
code "an unknown outcome" 1 fl -C s answer "Sofie Peeters" reachd
has "the nearest" 'reached' "$out"
code "an event only the engine makes" 1 fl -C s post deal.state_changed customer="Sofie Peeters" from=new to=signed
code "not key=value" 2 fl -C s post lead.received nonsense
code "a key twice" 2 fl -C s post lead.received a=1 a=2
code "broken JSON in a value" 2 fl -C s post lead.received 'customer={nonsense'
printf '{\n"type":"lead.received",\n"data" "x"}' >broken.json
code "broken JSON in a file" 1 fl -C s post --json broken.json
has "says where" 'line 3' "$out"
printf '{"type":"lead.received","source":"x","id":"1","data":{"customer":{"name":"\xff"}}}\n' >latin.json
code "bytes that are no UTF-8" 1 fl -C s post --json latin.json
printf 'MZ\0\0' >odd.bin
code "a file of nothing known" 1 fl -C s import odd.bin
code "a file that is not there" 1 fl -C s import none.xml
code "a span that is none" 1 fl -C s clock +"3 weks"
has "the nearest" '3 weeks' "$out"
code "a time that is none" 1 fl -C s clock "2030-13-45"
code "an event number that is none" 1 fl -C s retry E99999
code "nobody found" 1 fl -C s find zzzz
code "somebody found" 0 fl -C s find peet
code "an actor that steers the header" 2 fl -C s --as $'x\r\ny' today
for words in "today" "post note.added text=x customer=Sofie" "answer Sofie reached" "why Sofie" "status" "coming Sofie" "plan" "reload" "clock +1" "person away jan"; do
	# shellcheck disable=SC2086 # words, not one word
	code "somebody who does not work here: $words" 1 fl -C s --as jann $words
	has "the nearest" 'jann" is nobody in dealership\.lua.*jan.*FL410' "$out"
done
code "somebody who does" 0 fl -C s --as jan today
code "by name" 0 fl -C s --as SANNE today
code "a name nearly right" 1 fl -C s --as Sane today
has "gets the nearest" 'Sane" is nobody in dealership\.lua.*sanne.*FL410' "$out"
code "the administrator" 0 fl -C s --as admin today
is "nothing of it was kept" "$before" "$(fl -C s --json status | grep -oE '"events":[0-9]+')"
# the same id with another body
code "a fact" 0 fl -C s post lead.received --source web --id 7 customer.name=A customer.email=a@b.nl
code "the same again" 0 fl -C s post lead.received --source web --id 7 customer.name=A customer.email=a@b.nl
has "changes nothing" 'known already' "$out"
code "the same id, another body" 1 fl -C s post lead.received --source web --id 7 customer.name=B customer.email=a@b.nl
has "is refused" 'another body' "$out"
# files of one fact, and of many
echo '{"type":"note.added","data":{"customer":"Sofie Peeters","text":"x"}}' >one.json
code "one fact from a file, named" 0 fl -C s post --json one.json --id file-1
has "gets that id" '"id":"file-1"' "$out"
code "again" 0 fl -C s post --json one.json --id file-1
has "changes nothing" '"repeat":true' "$out"
code "unnamed" 0 fl -C s post one.json
has "gets a fresh one, and says which" 'id cli-[0-9a-f]{24}' "$out"
code "a file that is not there" 1 fl -C s post --json none.json
has "is named" 'none.json cannot be read' "$out"
cat one.json one.json >two.json
code "one id for two facts" 1 fl -C s post two.json --id file-2
has "is refused" 'go with one event' "$out"
printf '{\n"type":"note.added",\n"data":{"customer":"Sofie Peeters","text":"y"}}' >long.json
code "an object over several lines, from a pipe" 0 fl -C s post - --id file-3 <long.json
# facts of other systems may name people as people do
code "a fact with a phone for a customer" 0 fl -C s post contact.made customer=0612345678 channel=phone --source pbx
has_not "fits" 'does not fit' "$out"
code "a fact with a plate for a deal" 0 fl -C s post lead.received customer.name=Plate customer.email=p@l.nl 'vehicles=[{"plate":"GX-123-B"}]' --source web --id plate
code "and by it" 0 fl -C s post contact.made deal=GX-123-B channel=phone --source pbx
has_not "fits" 'does not fit' "$out"
code "a name nobody has" 0 fl -C s post contact.made customer="No Body" channel=phone --source pbx
has "is kept and told" 'does not fit' "$out"
# texts cannot steer the terminal
fl -C s post lead.received customer.name=$'Evil\e[31m\e]0;x\a\xe2\x80\xaeman' customer.email=e@e.nl >/dev/null 2>&1
has_not "no escape reaches the terminal" $'\e' "$(fl -C s today; fl -C s find evil; cat serve.log)"
code "help as JSON" 0 fl --json help
has "names what each does, and for whom" '"does":"a day list[^}]*"for":\["seller"\]' "$out"
code "json problems are documents" 1 fl -C s --json deal nobody
has "with a status" '"status":404' "$out"
code "a lead of nobody is kept" 0 fl -C s post lead.received channel=web
has "and whoever sends it hears of it" 'this lead has no customer.*customer\.phone.*FL418' "$(tr '\n' ' ' <<<"$out")"
code "one of somebody" 0 fl -C s post lead.received customer.email=wim@example.nl channel=web
has_not "says nothing" 'FL418' "$out"
stop
# nobody serves it: the same
for words in "today" "post note.added text=x customer=Sofie" "answer Sofie reached" "why Sofie" "coming Sofie" "plan"; do
	# shellcheck disable=SC2086 # words, not one word
	code "nor without a daemon: $words" 1 fl -C s --as jann $words
	has "the nearest" 'jann" is nobody in dealership\.lua.*jan.*FL410' "$out"
done
code "by name without a daemon" 0 fl -C s --as Sanne today
sed -i 's/name = "Piet"/name = "Bo Bakker"/; s/name = "Karin"/name = "Bo Smit"/' s/dealership.lua
code "the new name goes live" 0 fl -C s reload
code "a name of two" 1 fl -C s --as Bo today
has "says who" '2 people are called "Bo".*piet, karin.*FL505' "$(tr '\n' ' ' <<<"$out")"
code "all of the name" 0 fl -C s --as "bo bakker" post note.added text=named customer="Sofie Peeters"
has "is known by id" '"actor":"piet"' "$(fl -C s --json why "$(grep -oE '^E[0-9]+' <<<"$out")")"
code "a fact of another system is kept" 0 fl -C s --as jann post contact.made customer="Sofie Peeters" channel=phone --source pbx
# in a Dutch dealership all of it is said in Dutch
fl init nl --training >/dev/null
fl -C nl clock 2030-09-02T10:00 >/dev/null
fl -C nl post lead.received customer.name="Sofie Peeters" customer.phone=0612345678 channel=web >/dev/null
code "een onbekende gebeurtenis" 1 fl -C nl post lead.receved customer.name=x
has "in gewone woorden" 'er is geen gebeurtenis "lead.receved" \(bedoel je lead.received' "$out"
code "een onbekend veld" 1 fl -C nl post visit.started customer="Sofie Peeters" persn=jan
has "in gewone woorden" 'visit.started heeft geen veld "persn"' "$out"
code "een verkeerde waarde" 1 fl -C nl post quote.presented customer="Sofie Peeters" amount=veel
has "met wat dan wel" 'is geen bedrag.*schrijf "€ 20"' "$out"
code "iets wat ontbreekt" 1 fl -C nl post appointment.set customer="Sofie Peeters" kind=visit
has "zegt wat" 'heeft "at" nodig' "$out"
code "geen van de keuzes" 1 fl -C nl post appointment.set customer="Sofie Peeters" kind=vis at="2030-10-10 10:00"
has "noemt ze" '"kind" is een van visit' "$out"
code "iets wat nu niet past" 1 fl -C nl post delivery.accepted deal="Sofie Peeters"
has "noemt wat wel past" 'past niet: .*wat nu past: ' "$out"
code "een antwoord dat er geen is" 1 fl -C nl answer "Sofie Peeters" reachd
has "noemt de antwoorden" 'is geen antwoord op deze taak. antwoorden: reached \(gesproken\)' "$out"
code "een taak waar een klant hoort" 0 fl -C nl deal "$(fl -C nl today | grep -o 'T[0-9]*' | head -1)"
has "is de klant van die taak" '^Sofie Peeters' "$out"
code "een tijd terug" 2 fl -C nl clock -"3 weken"
has "noemt de optie die er niet is" 'geen optie -3' "$out"
code "een tijdstip in woorden" 1 fl -C nl why-not own-tempo Sofie --at gisteren
has "in het Nederlands" 'dit is geen tijdstip\. schrijf "2026-09-01 10:00"' "$out"
code "een lead zonder telefoon en e-mail" 0 fl -C nl import "$TREE/examples/leads/06-zonder-contact.xml"
has "waarschuwt" 'niet te bereiken: geen telefoon en geen e-mail\. De lead is bewaard' "$out"
printf '<adf><prospect><customer></prospect></adf>' >half.xml
code "een bestand dat geen XML is" 1 fl -C nl import half.xml
has "noemt het een keer, en wat eraan schort" '^  half\.xml: regel 1: geen geldige XML: een <blok> wordt niet' "$out"
echo '[1]' >lijst.json
code "een lijst van niets" 1 fl -C nl import lijst.json
has "in het Nederlands" '^  1 geweigerd$' "$out"
serve nl serve
has "het begin van de daemon" 'Drie dingen om in een tweede venster te doen' "$(cat serve.log)"
code "een tweede daemon" 1 fl -C nl serve
has "zegt dat hij al draait" 'nl draait al, of er is een commando bezig \(proces [0-9]+\)' "$out"
kill -9 "$(worker)"
for _ in {1..100}; do
	grep -q 'draait weer' serve.log && break
	sleep 0.05
done
has "omgevallen, en weer gestart" 'het werkende deel is gestopt door signaal 9.*; opnieuw over 0\.2 s' "$(cat serve.log)"
stop
has "het einde" 'gestopt; alles wat is aangenomen staat op schijf' "$(tail -1 serve.log)"
fl -C nl post quote.presented customer="Sofie Peeters" >/dev/null
has "wat komt, in gewone data" '^  (ma|di|wo|do|vr|za|zo) [0-9]+ [a-z]+.* [0-9]+:[0-9]+ ' "$(fl -C nl coming "Sofie Peeters" --for "1 jaar")"
has "en voor programma's in drie vormen" '"until":"20[^"]*","until_ms":[0-9]+,"until_text":"' "$(fl -C nl --json coming "Sofie Peeters" --for "1 jaar")"
# what happened cannot be still to come; a clock may be a little fast
fl init live >/dev/null
fl -C live post lead.received customer.name="Ans Smit" customer.phone=0612345678 channel=web >/dev/null
code "a moment that is still to come" 1 fl -C live post contact.made customer="Ans Smit" channel=phone --at "$(TZ=Europe/Amsterdam date -d '+1 hour' '+%F %H:%M')"
has "is refused, with what to do" 'moet nog komen. laat het weg voor nu.*FL409' "$out"
code "a clock that is a little fast" 0 fl -C live post contact.made customer="Ans Smit" channel=phone --at "$(TZ=Europe/Amsterdam date -d '+2 minutes' '+%F %H:%M')"
code "another system in another zone" 0 fl -C live post contact.made customer="Ans Smit" channel=phone --source pbx --at "$(TZ=Europe/Amsterdam date -d '+2 hours' '+%F %H:%M')"
code "practice may tell of tomorrow" 0 fl -C nl post contact.made customer="Sofie Peeters" channel=phone --at "2030-09-03 10:00"
code "een aanvraag van niemand" 0 fl -C nl post lead.received channel=web
has "in het Nederlands" 'deze aanvraag heeft geen klant.*FL418' "$(tr '\n' ' ' <<<"$out")"
code "iemand die er niet werkt" 1 fl -C nl --as jann today
has "in het Nederlands" 'jann" is niemand in dealership\.lua.*bedoel je.*jan' "$out"
# usage, states, kinds and files of leads in the rooftop's language
code "te weinig" 2 fl -C nl deal
has "in het Nederlands" 'er ontbreekt iets.*gebruik: fairlead deal WIE' "$(tr '\n' ' ' <<<"$out")"
code "te veel" 2 fl -C nl retry E1 E2
has "noemt wat" '"E2" is hier te veel' "$out"
code "een commando dat er niet is" 2 fl -C nl todya
has "en de naaste" 'er is geen commando "todya"; bedoel je today\?' "$out"
code "een optie die er niet is" 2 fl -C nl today --jsn
has "en de naaste" 'er is hier geen optie --jsn; bedoel je --json\?' "$out"
code "een gebeurtenis die niet past" 1 fl -C nl post deal.lost deal="Sofie Peeters"
has "noemt de stand in woorden" 'deal D[0-9]+ staat op "voorstel gehad"' "$out"
code "een belofte die er niet is" 1 fl -C nl post promise.kept deal="Sofie Peeters"
has "noemt de soort in woorden" '\(belofte\)' "$out"
code "een tijdsduur die er geen is" 1 fl -C nl ahead --for lang
has "zegt hoe die eruitziet" 'geen tijdsduur: schrijf "2 werkdagen"' "$out"
code "geen test van die naam" 1 fl -C nl test "zo heet er geen"
has "zegt dat" 'geen test heet' "$out"
: >leeg.xml
echo '<adf></adf>' >zonder.xml
echo '<!DOCTYPE x [<!ENTITY a "b">]><adf></adf>' >dtd.xml
echo 'zomaar tekst' >tekst.xml
for file in "leeg:is leeg" "zonder:zonder prospect" "dtd:zonder DTD" "tekst:geen ADF-lead"; do
	code "een bestand ${file%%:*}" 1 fl -C nl import "${file%%:*}.xml"
	has "zegt waarom" "${file#*:}.*FL600" "$out"
done
