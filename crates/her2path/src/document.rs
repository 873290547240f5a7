//! The guideline as one JSON document, `her2path/guideline/1`, for other programs; its keys are those of
//! `docs/knowledge.md`.
//!
//! Facts are named by id and criteria stand as they are written in the files, so that the document says the same as the
//! files without a position in any list. What the files do not say is absent, not null.

use her2path_knowledge::drug::{Drug, DrugName, Drugs, LineParameters};
use her2path_knowledge::gate::Gate;
use her2path_knowledge::medicine::{
    Check, Endpoint, Label, LabelCoverage, Measure, Medicine, Monograph, Rhythm, Trial,
};
use her2path_knowledge::model::{
    Citation, Concept, Criterion, FactDefinition, FactIndex, FactType, GlossaryTerm, Guideline, Knowledge, List,
    Organisation, Place, Recommendation, Review, Span, Str, ValueSet,
};
use serde_json::{Map, Value, json};

use crate::render::{
    certainty_name, chapter_name, evidence_name, jurisdiction_name, kind_name, preference_name, strength_name,
    urgency_name,
};

/// The schema that the document names.
pub const SCHEMA: &str = "her2path/guideline/1";

/// The whole guideline.
#[must_use]
pub fn document(knowledge: &Knowledge) -> Value {
    // Without `..`: what is added to the guideline is added here.
    let Knowledge {
        guideline,
        facts,
        citations,
        value_sets,
        concept_index: _,
        concept_starts: _,
        drugs: Drugs { list: drugs, names },
        line_parameters,
        gates,
        recommendations,
        glossary,
        organisations,
        medicine,
    } = knowledge;
    let Medicine { coverage, labels, trials, monographs, checks, measures } = medicine;
    json!({
        "schema": SCHEMA,
        "guideline": about(guideline),
        "facts": each(facts, |one| fact(one, knowledge)),
        "citations": each(citations, citation),
        "value_sets": each(value_sets, value_set),
        "drugs": each(drugs, drug),
        "drug_names": each(names, |one| drug_name(one, drugs)),
        "line_parameters": line_parameters.as_ref().map(lines),
        "gates": each(gates, |one| gate(one, knowledge)),
        "recommendations": each(recommendations, |one| recommendation(one, knowledge)),
        "glossary": each(glossary, term),
        "organisations": each(organisations, organisation),
        "label_coverage": each(coverage, label_coverage),
        "labels": each(labels, label),
        "trials": each(trials, trial),
        "monographs": each(monographs, monograph),
        "checks": each(checks, |one| check(one, knowledge)),
        "measures": each(measures, measure),
    })
}

/// One recommendation, as in the document.
#[must_use]
pub fn recommendation(one: &Recommendation, knowledge: &Knowledge) -> Value {
    let Recommendation {
        id,
        chapter,
        question,
        option,
        statement,
        preference,
        urgency,
        suspects,
        rules,
        regimen,
        variants,
        schedule,
        monitor,
        jurisdiction,
        strength,
        certainty,
        bodies,
        conflict,
        evidence,
        when,
        contraindicated_if,
        gates,
        lifts,
        mentions,
        ask_first,
        cites,
        rationale,
        plain,
        plain_if,
        effective,
        superseded_by,
        reviewed,
        place,
    } = one;
    present(json!({
        "id": id,
        "chapter": chapter_name(*chapter),
        "question": question,
        "option": option,
        "statement": statement,
        "preference": preference.map(preference_name),
        "urgency": urgency.map(urgency_name),
        "suspects": suspects,
        "rules": rules,
        "regimen": regimen,
        "variants": variants,
        "schedule": schedule,
        "monitor": monitor,
        "jurisdiction": jurisdiction.map(jurisdiction_name),
        "strength": strength.map(strength_name),
        "certainty": certainty.map(certainty_name),
        "bodies": pairs(bodies, "body", "says"),
        "conflict": conflict,
        "evidence": evidence_name(*evidence),
        "when": each(when, criterion),
        "contraindicated_if": each(contraindicated_if, criterion),
        "gates": gates,
        "lifts": pairs(lifts, "gate", "reason"),
        "mentions": mentions,
        "ask_first": fact_ids(ask_first, knowledge),
        "cites": cites,
        "rationale": rationale,
        "plain": plain,
        "plain_if": plain_if,
        "effective": effective.to_string(),
        "superseded_by": superseded_by,
        "reviewed": review(reviewed),
        "source": at(place),
    }))
}

fn gate(one: &Gate, knowledge: &Knowledge) -> Value {
    let Gate {
        id,
        drugs,
        only_when,
        unless_when,
        statement,
        remedy,
        rules,
        contraindicated_if,
        ask_first,
        evidence,
        cites,
        place,
    } = one;
    present(json!({ "id": id, "drugs": drugs, "only_when": only_when.as_ref().map(criterion),
        "unless_when": unless_when.as_ref().map(criterion), "statement": statement, "remedy": remedy, "rules": rules,
        "contraindicated_if": each(contraindicated_if, criterion), "ask_first": fact_ids(ask_first, knowledge),
        "evidence": evidence_name(*evidence), "cites": cites, "source": at(place) }))
}

fn about(guideline: &Guideline) -> Value {
    let Guideline { id, title, version, status, scope, notice, bodies, reviewed, hash } = guideline;
    json!({ "id": id, "title": title, "version": version, "status": status, "scope": scope, "notice": notice,
        "bodies": pairs(bodies, "body", "name"),
        "reviewed": review(reviewed), "hash": hash })
}

fn fact(one: &FactDefinition, knowledge: &Knowledge) -> Value {
    let FactDefinition {
        id,
        title,
        kind,
        kind_of_value,
        unit,
        range,
        values,
        source,
        ask,
        order,
        plain,
        cites,
        rests_on,
    } = one;
    let kind_of_value = match kind_of_value {
        FactType::Boolean => "boolean",
        FactType::Integer => "integer",
        FactType::Decimal => "decimal",
        FactType::Code => "code",
        FactType::Codes => "codes",
        FactType::Date => "date",
        FactType::Text => "text",
    };
    present(json!({ "id": id, "title": title, "kind": kind_name(*kind), "type": kind_of_value, "unit": unit,
        "range": range.map(|range| json!({ "least": range.least, "most": range.most })),
        "values": each(values, |value| json!({ "code": value.code, "words": value.words, "open": value.open })), "source": source, "ask": ask,
        "order": order, "plain": plain, "cites": cites, "rests_on": fact_ids(rests_on, knowledge) }))
}

fn citation(one: &Citation) -> Value {
    let Citation { key, text, year, doi, pmid, url, status, checked } = one;
    present(json!({ "key": key, "text": text, "year": year, "doi": doi, "pmid": pmid, "url": url,
        "status": evidence_name(*status), "checked": checked.map(|day| day.to_string()) }))
}

fn value_set(one: &ValueSet) -> Value {
    let ValueSet { id, title, description, url, concepts, values } = one;
    let concept = |one: &Concept| {
        let Concept { system, code, display, also, meaning } = one;
        present(json!({ "system": system.name(), "code": code, "display": display, "also": also, "meaning": meaning }))
    };
    present(json!({ "id": id, "title": title, "description": description, "url": url,
        "concepts": each(concepts, concept), "values": values }))
}

fn drug(one: &Drug) -> Value {
    let Drug { id, title, class, cycle_days, components, written_with, doses } = one;
    present(json!({ "id": id, "title": title, "class": class.name(), "cycle_days": cycle_days,
        "components": components, "written_with": written_with, "doses": doses }))
}

fn drug_name(one: &DrugName, drugs: &[Drug]) -> Value {
    let named = one.drugs.iter().filter_map(|at| Some(drugs.get(usize::from(*at))?.id.as_ref()));
    json!({ "words": one.words, "drugs": named.collect::<Vec<&str>>() })
}

fn lines(parameters: &LineParameters) -> Value {
    let LineParameters {
        look_back_days,
        regimen_window_days,
        gap_days,
        gap_sensitivity_days,
        cycle_days,
        progression_lag_days,
        staging_days,
    } = parameters;
    json!({ "look_back_days": look_back_days, "regimen_window_days": regimen_window_days, "gap_days": gap_days,
        "gap_sensitivity_days": gap_sensitivity_days, "cycle_days": cycle_days,
        "progression_lag_days": progression_lag_days, "staging_days": staging_days })
}

fn term(one: &GlossaryTerm) -> Value {
    let GlossaryTerm { term, also, plain } = one;
    present(json!({ "term": term, "also": also, "plain": plain }))
}

fn organisation(one: &Organisation) -> Value {
    let Organisation { name, offers, region, metastatic_only, url, phone, status, checked } = one;
    present(
        json!({ "name": name, "offers": offers, "region": region, "metastatic_only": metastatic_only, "url": url, "phone": phone,
        "status": evidence_name(*status), "checked": checked.to_string() }),
    )
}

fn label_coverage(one: &LabelCoverage) -> Value {
    let LabelCoverage { jurisdiction, until } = one;
    json!({ "jurisdiction": jurisdiction_name(*jurisdiction), "until": until.to_string() })
}

fn label(one: &Label) -> Value {
    let Label {
        id,
        jurisdiction,
        regimen,
        optional,
        statement,
        granted,
        pending_since,
        ended,
        when,
        conditions,
        evidence,
        cites,
        place,
    } = one;
    let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string());
    present(json!({ "id": id, "jurisdiction": jurisdiction_name(*jurisdiction), "regimen": regimen,
        "optional": optional, "statement": statement, "granted": day(granted), "pending_since": day(pending_since),
        "ended": day(ended), "when": each(when, criterion), "conditions": conditions,
        "evidence": evidence_name(*evidence), "cites": cites, "source": at(place) }))
}

fn trial(one: &Trial) -> Value {
    let Trial {
        id,
        name,
        registry,
        phase,
        setting,
        population,
        arm,
        control,
        patients,
        control_patients,
        endpoint,
        pfs,
        os,
        response,
        brain,
        harms,
        note,
        verification,
        evidence,
        cites,
        place,
    } = one;
    let end = |one: &Endpoint| {
        let Endpoint { median, interval, control, control_interval, ratio, ratio_interval } = one;
        present(json!({ "median": median, "interval": interval, "control": control,
            "control_interval": control_interval, "ratio": ratio, "ratio_interval": ratio_interval }))
    };
    present(json!({ "id": id, "name": name, "registry": registry, "phase": phase, "setting": setting,
        "population": population, "arm": arm, "control": control, "patients": patients,
        "control_patients": control_patients, "endpoint": endpoint, "pfs": end(pfs), "os": end(os),
        "response": response.0, "control_response": response.1, "brain": brain, "harms": harms, "note": note,
        "verification": verification, "evidence": evidence_name(*evidence), "cites": cites, "source": at(place) }))
}

fn monograph(one: &Monograph) -> Value {
    let Monograph {
        drug,
        doses,
        before,
        monitor,
        hold,
        levels,
        warnings,
        contraindications,
        notes,
        interactions,
        verification,
        evidence,
        cites,
        place,
    } = one;
    present(json!({ "drug": drug, "doses": pairs(doses, "for", "dose"), "before": before,
        "monitor": pairs(monitor, "what", "how_often"), "hold": pairs(hold, "when", "then"), "levels": levels,
        "warnings": warnings, "contraindications": contraindications, "notes": notes, "interactions": interactions,
        "verification": verification, "evidence": evidence_name(*evidence), "cites": cites, "source": at(place) }))
}

fn check(one: &Check, knowledge: &Knowledge) -> Value {
    let Check { id, test, plain, drugs, when, last, critical_if, rhythm, since, basis, evidence, cites, place } = one;
    let rhythm = match rhythm {
        Rhythm::Once(None) => "once".to_owned(),
        Rhythm::Once(Some(days)) => format!("once, from {days} days before the line on"),
        Rhythm::EveryCycle => "every cycle".to_owned(),
        Rhythm::Every(Span::Days(days)) => format!("every {days} days"),
        Rhythm::Every(Span::Months(months)) => format!("every {months} months"),
    };
    present(json!({ "id": id, "test": test, "plain": plain, "drugs": drugs, "when": each(when, criterion),
        "last": fact_ids(last, knowledge), "critical_if": each(critical_if, criterion), "rhythm": rhythm, "since": since.map(|day| day.to_string()), "basis": basis, "evidence": evidence_name(*evidence),
        "cites": cites, "source": at(place) }))
}

fn measure(one: &Measure) -> Value {
    let Measure { id, title, numerator, denominator, exclusions, published, unanswerable, evidence, cites, place } =
        one;
    present(json!({ "id": id, "title": title, "numerator": numerator, "denominator": denominator,
        "exclusions": exclusions, "published": published, "unanswerable": unanswerable,
        "evidence": evidence_name(*evidence), "cites": cites, "source": at(place) }))
}

/// A criterion as it is written: a sentence, or a group as an object with its one word.
fn criterion(one: &Criterion) -> Value {
    match one {
        Criterion::Test(test) => json!(test.text),
        Criterion::All(members) => json!({ "all": each(members, criterion) }),
        Criterion::Any(members) => json!({ "any": each(members, criterion) }),
        Criterion::None(members) => json!({ "none": each(members, criterion) }),
    }
}

fn review(review: &Review) -> Value {
    let Review { on, by, next } = review;
    present(json!({ "on": on.map(|day| day.to_string()), "by": by, "next": next.map(|day| day.to_string()) }))
}

fn at(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}

fn fact_ids<'k>(facts: &[FactIndex], knowledge: &'k Knowledge) -> Vec<&'k str> {
    facts.iter().filter_map(|fact| Some(knowledge.fact_definition(*fact)?.id.as_ref())).collect()
}

fn pairs(pairs: &[(Str, Str)], first: &str, second: &str) -> Value {
    pairs.iter().map(|(a, b)| json!({ first: a, second: b })).collect()
}

fn each<T: Clone>(list: &List<T>, one: impl Fn(&T) -> Value) -> Value {
    list.iter().map(one).collect()
}

/// An object without what is null.
fn present(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            Value::Object(entries.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
        other => other,
    }
}
