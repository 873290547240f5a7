//! `her2path triage` as people and programs use it.

#![cfg(test)]

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_her2path"))
        .arg("triage")
        .args(args)
        .args(["--as-of", "2026-11-23"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that has heard enough may stop reading.
    let _ = child.stdin.take().expect("it has an input").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

fn json(args: &[&str], input: &str) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    let output = run(&args, input);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn rules(result: &Value) -> Vec<String> {
    let rules = result["rules"].as_array().expect("rules").iter();
    rules
        .flat_map(|rule| rule["rules"].as_array().expect("its rules").clone())
        .map(|rule| rule.as_str().unwrap_or_default().to_owned())
        .collect()
}

const WELL: [&str; 4] = ["--others", "no", "--temperature", "36.6"];

/// Rule L04: a cough on T-DXd is seen the same day. Rule L06: off it a cough of over three weeks within days.
#[test]
fn a_cough_on_t_dxd_is_another_thing_than_off_it() {
    let on = json(&[&WELL[..], &["--symptom", "cough", "--drug", "trastuzumab-deruxtecan"]].concat(), "");
    assert_eq!((on["urgency"].as_str(), on["at_least"].as_bool()), (Some("E1"), Some(true)));
    assert_eq!(rules(&on), ["L04"]);
    assert_eq!(on["sites"], serde_json::json!(["chest"]));
    assert!(on["suspects"].to_string().contains("interstitial lung disease"));
    assert!(on["rules"][0]["work_up"].as_str().is_some_and(|work_up| work_up.contains("Hold the next dose")));
    let off = json(&[&WELL[..], &["--symptom", "cough-3-weeks", "--drug", "none"]].concat(), "");
    assert_eq!((off["urgency"].as_str(), rules(&off)), (Some("E2"), vec!["L06".to_owned()]));
}

/// Two ambers in different areas make a red; two in one area stay an amber; worry raises by one.
#[test]
fn two_ambers_make_a_red_and_worry_raises() {
    let with = |symptoms: &[&str]| {
        let mut args = [&WELL[..], &["--drug", "none"]].concat();
        for symptom in symptoms {
            args.extend(["--symptom", symptom]);
        }
        json(&args, "")["urgency"].as_str().map(str::to_owned)
    };
    assert_eq!(with(&["breast-lump"]).as_deref(), Some("E2"));
    assert_eq!(with(&["breast-lump", "weight-loss"]).as_deref(), Some("E1"));
    assert_eq!(with(&["fatigue-limiting", "weight-loss"]).as_deref(), Some("E2"));
    assert_eq!(with(&["breast-lump", "very-worried"]).as_deref(), Some("E1"));
    assert_eq!(with(&["mild-stable-known"]).as_deref(), Some("E3"));
    assert_eq!(with(&["mild-stable-known", "getting-worse-fast"]).as_deref(), Some("E2"));
}

/// What is not said is not "no": the same answer without the rest denied is more urgent, and names what is open.
#[test]
fn what_is_not_answered_counts() {
    let open = json(&["--symptom", "mild-stable-known"], "");
    assert_eq!(open["urgency"], "E1");
    assert!(open["unanswered"].as_array().is_some_and(|list| list.len() > 20));
}

#[test]
fn temperatures_are_taken_in_both_units() {
    let at = |temperature: &str| {
        let args = ["--others", "no", "--drug", "none", "--temperature", temperature];
        json(&args, "")["urgency"].as_str().map(str::to_owned)
    };
    assert_eq!(at("38").as_deref(), Some("E0"));
    // Without a drug now, treatment within six weeks is still open.
    assert_eq!(at("37.9").as_deref(), Some("E1"));
    assert_eq!(at("37.4").as_deref(), Some("E3"));
    assert_eq!(at("35.9").as_deref(), Some("E1"));
    assert_eq!(at("100.4F").as_deref(), Some("E0"));
    assert_eq!(at("100.3").as_deref(), Some("E1"));
    assert_eq!(at("99.3F").as_deref(), Some("E3"));
    let output = run(&["--temperature", "warm"], "");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`warm` is not a temperature"));
}

#[test]
fn answers_come_from_a_file_and_flags_stand_over_it() {
    let path = std::env::temp_dir().join(format!("her2path-triage-{}.json", std::process::id()));
    std::fs::write(
        &path,
        r#"{"symptom.seizure": true, "symptom.cough": null, "therapy.current-drugs": ["trastuzumab"]}"#,
    )
    .expect("the file is written");
    let name = path.display().to_string();
    let result = json(&["--answers", &name], "");
    assert_eq!((result["urgency"].as_str(), rules(&result).contains(&"B01".to_owned())), (Some("E0"), true));
    let over = json(&[&WELL[..], &["--answers", &name, "--symptom", "seizure=no"]].concat(), "");
    assert_eq!(over["urgency"], "E3");
    std::fs::write(&path, r#"{"symptom.sneezing": true}"#).expect("the file is written");
    let output = run(&["--answers", &name], "");
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`symptom.sneezing` is not a fact"));
    std::fs::remove_file(&path).expect("the file is removed");
}

/// Somebody who answers "0" to every list and 36.8 to the temperature: a list does not take 36.8 and the temperature not 0,
/// so sending both in turn answers every screen.
#[test]
fn the_conversation_goes_through_every_screen() {
    let result = json(&[], &"0\n36.8\n".repeat(80));
    assert_eq!(result["urgency"], "E3");
    assert_eq!(result["unanswered"], serde_json::json!([]));
}

/// A collapse ends the questions: what is typed after it is not read.
#[test]
fn an_emergency_ends_the_conversation() {
    let output = run(&[], "2\n0\n0\n0\n");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(talk.matches("\n> ").count() + usize::from(talk.starts_with("> ")), 1, "{talk}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.starts_with("AT LEAST E0: Call the emergency number"), "{text}");
    assert!(text.contains("112 in Europe"));
}

/// Input that ends early leaves the rest unanswered; it is not taken for "no".
#[test]
fn input_that_ends_is_no_answer() {
    let result = json(&[], "0\n");
    assert_eq!(result["urgency"], "E1");
    let silent = json(&[], "");
    assert_eq!(silent["urgency"], Value::Null);
    assert!(silent["words"].as_str().is_some_and(|words| words.contains("nothing can be said")));
}

/// An answer that does not fit is asked for again, with a hint.
#[test]
fn an_answer_that_does_not_fit_gets_a_hint() {
    let output = run(&[], "7\n1\n");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("hint: `7` is not one of the numbers 0 to 2"), "{talk}");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("AT LEAST E0"));
}
