//! The vignettes of `vignettes/`: one checker for all of them.
//!
//! To run only some while writing, name a part of the path: `VIGNETTES=diagnosis/rebiopsy cargo test --test vignettes`.

#![cfg(test)]

mod check;
mod coverage;
mod format;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use format::{ExpectedOutcome, Fault, Vignette};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Chapter;

/// Chapters whose every recommendation must be shown by vignettes.
const ENFORCED: [Chapter; 6] =
    [Chapter::Symptoms, Chapter::Risk, Chapter::Diagnosis, Chapter::Treatment, Chapter::Prognosis, Chapter::Support];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vignettes")
}

/// All files but the README, in the order of their paths, named as below `vignettes/`.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        let entries = std::fs::read_dir(folder).expect("the folder of vignettes can be read");
        for path in entries.map(|entry| entry.expect("an entry can be read").path()) {
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md") {
                files.push(path);
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("files lie below the folder").display().to_string();
            (name, std::fs::read_to_string(&path).expect("a vignette is UTF-8 text"))
        })
        .collect()
}

fn say(file: &str, fault: &Fault) -> String {
    format!("vignettes/{file}:{}: {}", fault.line, fault.message)
}

#[test]
fn every_vignette_holds() {
    let only = std::env::var("VIGNETTES").unwrap_or_default();
    let mut faults = Vec::new();
    let mut cases = 0;
    for (name, text) in files().into_iter().filter(|(name, _)| name.contains(&only)) {
        match format::parse(&text) {
            Ok(vignette) => {
                for case in &vignette.cases {
                    cases += 1;
                    faults.extend(check::check(case).iter().map(|fault| say(&name, fault)));
                }
            }
            Err(fault) => faults.push(say(&name, &fault)),
        }
    }
    assert!(cases > 0, "no vignette was found");
    assert!(faults.is_empty(), "{} faults in {cases} cases\n\n{}\n", faults.len(), faults.join("\n\n"));
    println!("{cases} cases hold");
}

#[test]
fn every_recommendation_is_shown() {
    let vignettes: Vec<Vignette> = files().iter().filter_map(|(_, text)| format::parse(text).ok()).collect();
    let gaps = coverage::gaps(&vignettes);
    for (chapter, gaps) in &gaps {
        println!("{chapter:?}: {} not shown\n  {}", gaps.len(), gaps.join("\n  "));
    }
    let missing: Vec<&String> = ENFORCED.iter().filter_map(|chapter| gaps.get(chapter)).flatten().collect();
    assert!(missing.is_empty(), "no vignette shows {missing:#?}");
}

/// The numbered rules of symptoms and of treatment: each is fired by a vignette, and those of symptoms are shown not fired.
#[test]
fn every_numbered_rule_is_fired() {
    let vignettes: Vec<Vignette> = files().iter().filter_map(|(_, text)| format::parse(text).ok()).collect();
    let shown = |chapter, outcome| coverage::rules_shown(&vignettes, chapter, outcome);
    let rules = |chapter| -> BTreeSet<&str> {
        let of_chapter = KNOWLEDGE.recommendations.iter().filter(|recommendation| recommendation.chapter == chapter);
        of_chapter.flat_map(|recommendation| recommendation.rules.iter().map(AsRef::as_ref)).collect()
    };
    for (chapter, count) in [(Chapter::Symptoms, 38), (Chapter::Treatment, 90)] {
        assert_eq!(rules(chapter).len(), count, "numbered rules of {chapter:?}");
        assert_eq!(shown(chapter, ExpectedOutcome::Recommended), rules(chapter), "fired, {chapter:?}");
    }
    assert_eq!(shown(Chapter::Symptoms, ExpectedOutcome::NotApplicable), rules(Chapter::Symptoms), "not fired");
}

#[test]
fn every_contraindication_is_fired() {
    let vignettes: Vec<Vignette> = files().iter().filter_map(|(_, text)| format::parse(text).ok()).collect();
    let idle = coverage::idle_contraindications(&vignettes);
    assert!(idle.is_empty(), "no vignette fires {} contraindications: {idle:#?}", idle.len());
}

mod the_checker {
    //! A checker that could not fail would prove nothing.

    use super::check::check;
    use super::format::parse;

    const HEAD: &str = "# Title\n\nWhy.\n\n";

    fn faults(body: &str) -> Vec<String> {
        let text = format!("{HEAD}{body}");
        match parse(&text) {
            Err(fault) => vec![format!("{}: {}", fault.line, fault.message)],
            Ok(vignette) => {
                let faults = vignette.cases.iter().flat_map(check);
                faults.map(|fault| format!("{}: {}", fault.line, fault.message)).collect()
            }
        }
    }

    fn chart(chart: &str, expect: &str) -> Vec<String> {
        faults(&format!("```chart\n{chart}\n```\n\n```expect\n{expect}\n```\n"))
    }

    const EQUIVOCAL: &str = "disease.breast-cancer  invasive\nher2.detail  equivocal  # IHC 2+";
    const REFLEX: &str = "diagnosis/reflex-testing/ihc-2-equivocal";

    #[test]
    fn accepts_what_holds() {
        let expect = format!(
            "{REFLEX}: recommended\n  because: her2.detail is equivocal\nfact her2.detail: equivocal\nfact ecog: not known"
        );
        assert_eq!(chart(EQUIVOCAL, &expect), Vec::<String>::new());
    }

    #[test]
    fn names_line_expected_and_found() {
        let [fault] = &chart(EQUIVOCAL, &format!("{REFLEX}: needs data"))[..] else { panic!("one fault") };
        assert!(fault.starts_with(&format!("11: `{REFLEX}`: expected needs data, found recommended\n")), "{fault}");
        let fault = chart(EQUIVOCAL, "fact her2.detail: positive");
        assert_eq!(fault, ["11: `her2.detail`: expected positive, found equivocal"]);
        let fault = chart("her2.detail  equivocal", &format!("{REFLEX}: needs data\n  unknown: her2.detail"));
        assert_eq!(fault, [format!("11: `{REFLEX}`: expected unknown her2.detail, found disease.breast-cancer")]);
    }

    #[test]
    fn refuses_a_reason_that_did_not_decide() {
        let expect = format!("{REFLEX}: not applicable\n  because: disease.breast-cancer is invasive");
        let [fault] = &chart("disease.breast-cancer  invasive\nher2.detail  positive", &expect)[..] else {
            panic!("one fault")
        };
        assert!(fault.contains("does not speak for not applicable"), "{fault}");
        let expect = format!("{REFLEX}: not applicable\n  because: her2.detail is equivocal");
        assert_eq!(chart("disease.breast-cancer  invasive\nher2.detail  positive", &expect), Vec::<String>::new());
    }

    #[test]
    fn knows_the_day() {
        let day = |day: &str| format!("as-of  {day}\n{EQUIVOCAL}");
        assert_eq!(chart(&day("2018-05-29"), &format!("{REFLEX}: not in effect")), Vec::<String>::new());
        assert_eq!(chart(&day("2018-05-30"), &format!("{REFLEX}: recommended")), Vec::<String>::new());
        let fault = chart(&day("2018-05-29"), &format!("{REFLEX}: recommended"));
        assert_eq!(fault, [format!("12: `{REFLEX}`: expected recommended, found not in effect on 2018-05-29")]);
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        let expect = format!("{REFLEX}: recommended");
        let cases = [
            (chart("her2.statsu  positive", &expect), "6: `her2.statsu` is not a fact of the data dictionary"),
            (chart("her2.detail  equivokal", &expect), "6: what stands for `her2.detail` is not a value of it"),
            (chart("her2.detail", &expect), "6: `her2.detail` has no value"),
            (chart("ecog 1\necog 2", &expect), "7: `ecog` is stated twice"),
            (chart(EQUIVOCAL, "diagnosis/reflex/x: recommended"), "11: `diagnosis/reflex/x` is not in the guideline"),
            (chart(EQUIVOCAL, &format!("{REFLEX}: advised")), "11: `advised` is not an outcome"),
            (chart(EQUIVOCAL, &format!("{REFLEX}: recommended\n  unknown: x")), "12: `unknown:` belongs below"),
            (chart(EQUIVOCAL, &format!("{REFLEX}: recommended\n  why: x")), "12: `why:` is not known"),
            (chart(EQUIVOCAL, ""), "5: this case expects nothing"),
            (faults("```chart\necog 1\n```\n"), "5: this case has no `expect` block"),
            (faults("```chrt\necog 1\n```\n"), "5: a block `chrt`"),
            (faults("```chart\necog 1\n"), "5: this block has no end"),
            (faults("## Case\n```expect\nfact ecog: 1\n```\n"), "5: this case has no `chart` or `fhir` block"),
            (faults("```fhir\n{]\n```\n```expect\nfact ecog: 1\n```\n"), "6: not JSON"),
            (faults("```fhir\n[]\n```\n```expect\nfact ecog: 1\n```\n"), "5: a record of one patient is expected, 0"),
            (faults(""), "1: no case"),
        ];
        for (found, expected) in cases {
            let [fault] = &found[..] else { panic!("one fault expected, `{expected}`, found {found:?}") };
            assert!(fault.starts_with(expected), "expected `{expected}`, found `{fault}`");
        }
    }
}
