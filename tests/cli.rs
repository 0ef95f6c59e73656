//! The command line: examples of the help run, streams carry what they should, exit codes mean what they say.

use std::{fs, path::Path};

use assert_cmd::Command;
use linli::{
    Standard,
    control::Control,
    coverage::{Question, coverage},
    datasets,
    walk::CrowFly,
};
use serde_json::Value;
use tempfile::TempDir;

fn linli(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("linli").unwrap();
    command.current_dir(folder);
    command
}

/// A folder with the embedded district's files.
fn district() -> TempDir {
    let folder = TempDir::new().unwrap();
    datasets::export(folder.path()).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn every_example_of_the_help_runs() {
    let folder = district();
    let binary = assert_cmd::cargo::cargo_bin("linli");
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut ran = 0;
    for command in ["demo", "coverage", "assign", "partition", "site", "streets", "check", "robust"] {
        let help = text(&linli(folder.path()).args([command, "--help"]).assert().success().get_output().stdout);
        let examples = help.split("Examples:").nth(1).expect("help ends with examples");
        let examples = examples.trim_start_matches('\n').split("\n\n").next().unwrap_or_default();
        // Help is wrapped: a line without the command goes on from the one above.
        let mut lines: Vec<String> = vec![];
        for line in examples.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match lines.last_mut() {
                Some(last) if !line.contains("linli ") => *last = format!("{last} {line}"),
                _ => lines.push(line.to_owned()),
            }
        }
        for example in &lines {
            let mut shell = Command::new("bash");
            shell.args(["-euo", "pipefail", "-c", example]).env("PATH", &path).current_dir(folder.path());
            shell.assert().success();
            ran += 1;
        }
    }
    assert!(ran > 30, "only {ran} examples were found");
}

#[test]
fn the_demo_says_what_the_library_finds_and_writes_the_same_bytes_twice() {
    let folder = TempDir::new().unwrap();
    let first = linli(folder.path()).args(["demo", "--out", "a"]).assert().success().get_output().clone();
    linli(folder.path()).args(["demo", "--out", "b"]).assert().success();
    let city = datasets::putuo().unwrap();
    let question = Question::within(Standard::new(15.0, 1.33).unwrap());
    let found = coverage(&city, &CrowFly::new(1.3).unwrap(), &question, &Control::new()).unwrap();
    let said = text(&first.stdout);
    assert!(said.contains(&format!("{:.1} % of 1,239,800 people", 100.0 * found.totals().share().unwrap())), "{said}");
    assert!(said.to_lowercase().contains("synthetic"));
    assert!(said.contains("Plan") && said.contains("桃浦东部"), "{said}");
    for file in ["coverage.geojson", "assignment.geojson", "map.html"] {
        let path = folder.path().join("a").join(file);
        assert!(said.contains(&path.canonicalize().unwrap().display().to_string()), "{said}");
        assert_eq!(fs::read(&path).unwrap(), fs::read(folder.path().join("b").join(file)).unwrap(), "{file}");
    }
    let written: Value = serde_json::from_slice(&fs::read(folder.path().join("a/coverage.geojson")).unwrap()).unwrap();
    assert_eq!(written["features"].as_array().unwrap().len(), 264);
    assert_eq!(written["linli"]["input_hash"], city.input_hash());
    let people: f64 = written["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["properties"]["people_covered"].as_f64().unwrap())
        .sum();
    assert!((people - found.totals().people_covered).abs() < 1e-3);
}

#[test]
fn comparing_says_that_it_is_in_the_python_package() {
    let folder = TempDir::new().unwrap();
    for arguments in [vec!["bench", "partition", "voronoi:300:25", "--out", "here"], vec!["verify", "--help"]] {
        let said = linli(folder.path()).args(arguments).assert().code(2).stdout("").get_output().clone();
        assert!(text(&said.stderr).contains("pip install 'linli[bench]'"), "{}", text(&said.stderr));
    }
}

#[test]
fn answers_go_to_standard_output_and_words_to_standard_error() {
    let folder = district();
    let committees = fs::read(folder.path().join("committees.geojson")).unwrap();
    let run = |extra: &[&str]| {
        let mut command = linli(folder.path());
        command.args(["coverage", "-", "-f", "centers.geojson"]).args(extra).write_stdin(committees.clone());
        command.assert().success().get_output().clone()
    };
    let collection = run(&[]);
    let parsed: Value = serde_json::from_slice(&collection.stdout).unwrap();
    assert_eq!(parsed["type"], "FeatureCollection");
    assert!(text(&collection.stderr).contains("people live within 15 minutes"));
    let lines = text(&run(&["--format", "ndjson", "--quiet"]).stdout);
    assert_eq!(lines.lines().count(), 264);
    for (line, feature) in lines.lines().zip(parsed["features"].as_array().unwrap()) {
        assert_eq!(&serde_json::from_str::<Value>(line).unwrap(), feature);
    }
    let quiet = run(&["--format", "table", "-q"]);
    assert!(quiet.stderr.is_empty());
    assert!(text(&quiet.stdout).contains("beyond_limit"));
}

#[test]
fn an_output_file_is_told_by_its_name() {
    let folder = district();
    linli(folder.path())
        .args(["assign", "committees.geojson", "-f", "centers.geojson", "-o", "out.ndjson"])
        .assert()
        .success()
        .stdout("");
    assert_eq!(fs::read_to_string(folder.path().join("out.ndjson")).unwrap().lines().count(), 264);
}

#[test]
fn catchments_hold_every_committee_once() {
    let folder = district();
    let run = linli(folder.path()).args(["assign", "committees.geojson", "-f", "centers.geojson"]).assert().success();
    let answer: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let catchments = answer["linli"]["catchments"].as_array().unwrap();
    assert_eq!(catchments.len(), 20);
    assert_eq!(catchments.iter().map(|catchment| catchment["committees"].as_u64().unwrap()).sum::<u64>(), 264);
}

#[test]
fn wrong_usage_exits_with_2_and_says_what_would_be_right() {
    let folder = district();
    let coverage = ["coverage", "committees.geojson", "-f", "centers.geojson"];
    for (extra, word) in [
        (vec!["--minutes", "-3"], "minutes"),
        (vec!["--minutes", "0"], "minutes"),
        (vec!["--minutes", "soon"], "minutes"),
        (vec!["--speed", "80"], "metres per second"),
        (vec!["--detour", "0.5"], "detour"),
        (vec!["--service", "sauna"], "canteen"),
        (vec!["--group", "cats"], "over_60"),
        (vec!["--crs", "Mars"], "EPSG:4326"),
        (vec!["--column", "population"], "FIELD=COLUMN"),
        (vec!["--column", "people=population"], "people"),
        (vec!["--format", "shp"], "geojson"),
        (vec!["--map", "map.png"], ".html"),
        (vec!["--by", "town", "--format", "geojson"], "no shapes"),
        (vec!["--nonsense"], "--nonsense"),
    ] {
        let run = linli(folder.path()).args(coverage).args(&extra).assert().code(2);
        let said = text(&run.get_output().stderr);
        assert!(said.contains(word), "{extra:?}: {said}");
        assert!(run.get_output().stdout.is_empty(), "{extra:?}");
    }
    linli(folder.path()).assert().code(2);
    linli(folder.path()).args(["coverage", "-", "-f", "-"]).write_stdin("").assert().code(2);
}

#[test]
fn faults_of_the_data_exit_with_1_and_leave_older_files_alone() {
    let folder = district();
    let path = folder.path().join("broken.geojson");
    let whole = fs::read_to_string(folder.path().join("committees.geojson")).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    fs::write(folder.path().join("out.geojson"), "older").unwrap();
    for demand in ["broken.geojson", "missing.geojson", "centers.geojson/none"] {
        let run = linli(folder.path())
            .args(["coverage", demand, "-f", "centers.geojson", "-o", "out.geojson"])
            .assert()
            .code(1);
        assert!(text(&run.get_output().stderr).starts_with("error: "), "{demand}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("out.geojson")).unwrap(), "older");
    let run = linli(folder.path())
        .args(["coverage", "committees.geojson", "-f", "centers.geojson", "-o", "no/such/folder.geojson"])
        .assert()
        .code(1);
    assert!(text(&run.get_output().stderr).contains("cannot write"));
}

#[test]
fn check_reports_what_is_refused_with_feature_code_and_fix() {
    let folder = district();
    linli(folder.path()).args(["check", "committees.geojson"]).assert().success();
    let bowtie = r#"{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Polygon",
        "coordinates":[[[121.4,31.25],[121.402,31.252],[121.402,31.25],[121.4,31.252],[121.4,31.25]]]}}"#;
    let run = linli(folder.path()).args(["check", "-", "--format", "json"]).write_stdin(bowtie).assert().code(1);
    let report: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(report["issues"][0]["code"], "self_crossing");
    assert_eq!(report["issues"][0]["feature"], 0);
    linli(folder.path()).args(["check", "-", "--repair"]).write_stdin(bowtie).assert().success();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let folder = district();
    let binary = assert_cmd::cargo::cargo_bin("linli");
    let pipe =
        format!("{} coverage committees.geojson -f centers.geojson --format ndjson | head -n 1", binary.display());
    let run =
        Command::new("bash").args(["-euo", "pipefail", "-c", &pipe]).current_dir(folder.path()).assert().success();
    assert_eq!(text(&run.get_output().stdout).lines().count(), 1);
}

#[test]
fn the_demo_opens_planned_centres_and_says_what_they_bring() {
    let folder = TempDir::new().unwrap();
    let run = linli(folder.path()).args(["demo", "--open", "C17", "C24"]).assert().success();
    let said = text(&run.get_output().stdout);
    assert!(said.contains("With C17, C24 open:") && said.contains("more people than today's 74.5 %"), "{said}");
    let all = linli(folder.path()).args(["demo", "--open", "C04", "C07", "C17", "C24", "C25"]).assert().success();
    assert!(text(&all.get_output().stdout).contains("every planned centre is open"));
    let wrong = linli(folder.path()).args(["demo", "--open", "C99"]).assert().code(2);
    assert!(text(&wrong.get_output().stderr).contains("C01"));
}

#[test]
fn columns_line_up_under_chinese_names() {
    use unicode_width::UnicodeWidthStr;
    let folder = district();
    let coverage = ["coverage", "committees.geojson", "-f", "centers.geojson", "--by", "town"];
    let run = linli(folder.path()).args(coverage).assert().success();
    let table = text(&run.get_output().stdout);
    let widths: Vec<usize> = table.lines().map(UnicodeWidthStr::width).collect();
    assert_eq!(widths.len(), 11);
    assert!(widths.iter().all(|&width| width == widths[0]), "{table}");
}

#[test]
fn sums_come_as_json_lines_and_a_summary_as_sentences() {
    let folder = district();
    let coverage = ["coverage", "committees.geojson", "-f", "centers.geojson"];
    let run = linli(folder.path()).args(coverage).args(["--by", "service", "--format", "ndjson"]).assert().success();
    let sums: Vec<Value> =
        text(&run.get_output().stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(sums.len(), 12);
    assert!(sums.iter().all(|sum| sum["people"] == 1_239_800.0 && sum["name"].is_string()));
    let run = linli(folder.path()).args(coverage).args(["--format", "summary"]).assert().success();
    let said = text(&run.get_output().stdout);
    assert!(
        said.contains("within 15 minutes") && said.contains("crow-fly × 1.3") && said.contains("Synthetic"),
        "{said}"
    );
    assert!(!text(&run.get_output().stderr).contains("within 15 minutes"), "said once");
}

#[test]
fn an_error_comes_as_json_where_a_program_reads_it() {
    let folder = district();
    let coverage = ["--json-errors", "coverage", "committees.geojson", "-f", "centers.geojson", "-q"];
    let run = linli(folder.path()).args(coverage).args(["--service", "sauna"]).assert().code(2);
    let error: Value = serde_json::from_slice(&run.get_output().stderr).unwrap();
    assert_eq!((&error["error"], &error["name"], &error["exit"]), (&"unknown".into(), &"sauna".into(), &2.into()));
    assert!(error["message"].as_str().unwrap().contains("canteen"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_leaves_the_older_answer() {
    use std::{
        os::unix::process::ExitStatusExt,
        process::{Command, Stdio},
        time::Duration,
    };
    let folder = district();
    let answer = folder.path().join("out.geojson");
    fs::write(&answer, "older").unwrap();
    // A shell's background job ignores Ctrl-C, and so would everything it starts.
    let mut child = Command::new("env")
        .arg("--default-signal=INT")
        .arg(assert_cmd::cargo::cargo_bin("linli"))
        .args(["coverage", "-", "-f", "centers.geojson", "-o", "out.geojson"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let status = child.wait().unwrap();
    // A shell shows an end by this signal as 130.
    assert_eq!(status.signal().map_or(status.code(), |signal| Some(128 + signal)), Some(130));
    assert_eq!(fs::read_to_string(answer).unwrap(), "older");
}

#[test]
fn streets_change_the_answer_and_say_so() {
    let folder = district();
    let ask = |more: &[&str]| {
        let question =
            ["coverage", "committees.geojson", "-f", "centers.geojson", "--points", "residential_points.geojson"];
        linli(folder.path())
            .args(question)
            .args(["--format", "summary"])
            .args(more)
            .assert()
            .success()
            .get_output()
            .clone()
    };
    let (air, foot) = (text(&ask(&[]).stdout), text(&ask(&["--streets", "streets.geojson"]).stdout));
    assert!(air.contains("74.5 %") && air.contains("crow-fly × 1.3"), "{air}");
    assert!(foot.contains("70.1 %") && foot.contains("streets (lines "), "{foot}");
    // An older walker has an older walker's speed, and the answer names the profile.
    let older = text(&ask(&["--streets", "streets.geojson", "--profile", "older"]).stdout);
    assert!(older.contains("0.9 m/s") && older.contains("profile older"), "{older}");
}

#[test]
fn a_committee_is_explained_by_name_or_id() {
    let folder = district();
    let files = ["streets", "committees.geojson", "-f", "centers.geojson", "--points", "residential_points.geojson"];
    let ask = |more: &[&str]| {
        linli(folder.path()).args(files).args(["--streets", "streets.geojson"]).args(more).assert().get_output().clone()
    };
    let barriers = ["--barriers", "barriers.geojson"];
    let told = ask(&[&barriers[..], &["--explain", "白桦苑居委会"]].concat());
    assert!(text(&told.stdout).contains("between them: 沪宁铁路"), "{}", text(&told.stdout));
    let unknown = ask(&["--explain", "nowhere"]);
    assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(2), 0));
    let report = ask(&[&barriers[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(json["streets"]["pieces"].as_array().unwrap().len(), 1);
    let (lost, gained) = (json["severance"]["lost"].as_f64().unwrap(), json["severance"]["gained"].as_f64().unwrap());
    let people = |side: &str| json["severance"][side]["people_covered"].as_f64().unwrap();
    assert!((people("by_air") - lost + gained - people("on_foot")).abs() < 0.5);
}

#[test]
fn streets_that_cannot_be_are_refused() {
    let folder = district();
    fs::write(folder.path().join("text.osm.pbf"), "no extract").unwrap();
    for (streets, more, code) in [
        ("text.osm.pbf", &[][..], 1),
        ("missing.geojson", &[], 1),
        ("committees.geojson", &[], 1),
        ("streets.geojson", &["--profile", "cyclist"], 2),
        ("streets.geojson", &["--tolerance", "-1"], 2),
        ("streets.geojson", &["--max-snap", "nan"], 2),
    ] {
        let question = ["coverage", "committees.geojson", "-f", "centers.geojson", "--streets", streets];
        linli(folder.path()).args(question).args(more).assert().code(code).stdout("");
    }
    let alone = ["coverage", "committees.geojson", "-f", "centers.geojson", "--profile", "older"];
    linli(folder.path()).args(alone).assert().code(2).stdout("");
}

#[test]
fn check_compares_with_a_standard_of_ones_own() {
    let folder = district();
    fs::write(
        folder.path().join("own.toml"),
        "name = \"own\"\ntitle = \"own\"\nedition = \"own\"\nsource = \"here\"\n[circle]\nradius_m = 1000\nverified = true\nsource = \"here\"\n",
    )
    .unwrap();
    let args = ["check", "committees.geojson", "-f", "centers.geojson", "--standard", "own.toml", "--format", "json"];
    let run = linli(folder.path()).args(args).assert().success().get_output().clone();
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found["facilities"][0]["committees"].as_array().unwrap().len(), 264);
    assert_eq!(found["circles"].as_array().unwrap().len(), 20);
    assert_eq!(found["standard"]["name"], "own");

    fs::write(folder.path().join("own.toml"), "name = \"own\"\nradius = 3\n").unwrap();
    let run = linli(folder.path()).args(args).assert().failure().get_output().clone();
    assert!(text(&run.stderr).contains("line 2 (radius)"), "{}", text(&run.stderr));
    let run = linli(folder.path()).args(["check", "--standard", "none"]).assert().code(2).get_output().clone();
    assert!(text(&run.stderr).contains("no standard named \"none\""));
    linli(folder.path()).args(["check"]).assert().code(2);
    let missing = ["check", "committees.geojson", "--standard", "xuhui-linlihui"];
    linli(folder.path()).args(missing).assert().failure();
}

#[test]
fn check_says_which_circles_are_cut_and_writes_them() {
    let folder = district();
    let city = ["check", "committees.geojson", "-f", "centers.geojson", "--standard", "shanghai-2024-draft/main-city"];
    let layers = ["--barriers", "barriers.geojson", "--circles", "circles.geojson", "--committees", "verdicts.ndjson"];
    let run = linli(folder.path()).args(city).args(layers).assert().success().get_output().clone();
    let said = text(&run.stdout);
    assert!(said.contains(" of 20 circles are cut by expressway, 快速路, railway, 铁路: "), "{said}");
    assert!(said.contains("内环高架路") && said.contains("small points of 1+N"), "{said}");

    let circles: Value = serde_json::from_slice(&fs::read(folder.path().join("circles.geojson")).unwrap()).unwrap();
    let json = linli(folder.path()).args(city).args(&layers[..2]).args(["--format", "json"]).assert().success();
    let found: Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    let (features, rows) = (circles["features"].as_array().unwrap(), found["circles"].as_array().unwrap());
    assert_eq!((features.len(), rows.len()), (20, 20));
    for (feature, row) in features.iter().zip(rows) {
        let properties = &feature["properties"];
        assert_eq!((&properties["id"], &properties["cut_by"]), (&row["facility"], &row["cut_by"]));
        let (people, off) = (row["people"].as_f64().unwrap(), row["people_cut"].as_f64().unwrap());
        let share = properties["share_cut"].as_f64().unwrap();
        assert!((share - off / people).abs() < 1e-4 && off <= people, "{row}");
        let cut = found["cut_off"].as_array().unwrap().iter().filter(|cut| cut["facility"] == row["facility"]);
        let sum: f64 = cut.map(|cut| cut["people"].as_f64().unwrap()).sum();
        assert!((sum - off).abs() < 1e-6 * off.max(1.0), "{row}");
        assert_eq!(feature["geometry"]["type"], "Point");
    }
    let verdicts = fs::read_to_string(folder.path().join("verdicts.ndjson")).unwrap();
    let first: Value = serde_json::from_str(verdicts.lines().next().unwrap()).unwrap();
    assert_eq!((verdicts.lines().count(), first["properties"]["centre"].is_string()), (264, true));

    // Without barriers it is not known; that is said and no number is given.
    let run = linli(folder.path()).args(city).assert().success().get_output().clone();
    let said = text(&run.stdout);
    assert!(said.contains("no barrier of the data is of such a kind") && !said.contains("circles are cut"), "{said}");
    linli(folder.path()).args(city).args(["--circles", "circles.xlsx"]).assert().code(2);

    // Streets that nobody can measure here are named with the reason; the embedded district has barriers.
    let run = linli(folder.path()).args(["check", "--standard", "shanghai-2016/grid"]).assert().success();
    assert!(text(&run.get_output().stdout).contains("streets have no width in the data"));
    let run = linli(folder.path()).args(["check", "--standard", "shanghai-2024-draft/new-town"]).assert().success();
    assert!(text(&run.get_output().stdout).contains("circles are cut by"));
    let run = linli(folder.path()).args(["check", "--standard", "list"]).assert().success();
    let listed = text(&run.get_output().stdout);
    assert!(listed.contains("gb50180-2018/block") && listed.contains("shanghai-2016/grid"));
}

#[test]
fn robust_is_coverage_under_other_assumptions() {
    let folder = district();
    let city = ["committees.geojson", "-f", "centers.geojson", "--points", "residential_points.geojson"];
    let asked = ["--curve", "5,15", "--change", "0.2", "--format", "json"];
    let run = linli(folder.path()).arg("robust").args(city).args(asked).assert().success().get_output().clone();
    let found: Value = serde_json::from_slice(&run.stdout).unwrap();
    let covered = |more: &[&str]| {
        let run = linli(folder.path()).arg("coverage").args(city).args(more).assert().success().get_output().clone();
        let found: Value = serde_json::from_slice(&run.stdout).unwrap();
        found["linli"]["totals"]["people_covered"].as_f64().unwrap()
    };
    let close = |a: &Value, b: f64| assert!((a.as_f64().unwrap() - b).abs() < 1e-6 * b, "{a} is not {b}");
    close(&found["people_covered"], covered(&[]));
    close(&found["curve"][0]["people_covered"], covered(&["--minutes", "5"]));
    let slower = found["changes"].as_array().unwrap().iter().find(|change| change["what"] == "speed").unwrap();
    close(&slower["people_covered"], covered(&["--speed", "1.064"]));
    let losses = found["losses"].as_array().unwrap();
    let lost: Vec<f64> = losses.iter().map(|loss| loss["people_lost"].as_f64().unwrap()).collect();
    assert!(lost.len() == 20 && lost.is_sorted_by(|a, b| a >= b));

    let run = linli(folder.path()).arg("robust").args(city).assert().success().get_output().clone();
    let said = text(&run.stdout);
    assert!(said.contains("without this centre") && said.contains("speed × 0.9") && said.contains("  30"), "{said}");
    for wrong in [["--change", "1"], ["--curve", "0"], ["--group", "cats"]] {
        linli(folder.path()).arg("robust").args(city).args(wrong).assert().code(2).stdout("");
    }
}

/// The district's files with options of `linli site`.
fn site(folder: &Path, extra: &[&str]) -> Command {
    let mut command = linli(folder);
    command.args(["site", "committees.geojson", "-f", "centers.geojson"]).args(extra);
    command
}

#[test]
fn a_plan_is_a_layer_of_centres_and_covers_what_it_says() {
    let folder = district();
    let run = site(folder.path(), &["--new", "3", "--grid", "500", "-o", "plan.geojson"]).assert().success().stdout("");
    assert!(text(&run.get_output().stderr).contains("3 new centres bring"));
    let plan: Value = serde_json::from_slice(&fs::read(folder.path().join("plan.geojson")).unwrap()).unwrap();
    let features = plan["features"].as_array().unwrap();
    let status = |feature: &Value| feature["properties"]["status"].as_str().unwrap().to_owned();
    assert_eq!(features.iter().filter(|feature| status(feature) == "planned").count(), 3);
    assert_eq!(features.iter().filter(|feature| status(feature) == "existing").count(), 20);
    assert_eq!((&plan["linli"]["proven"], &plan["linli"]["seed"]), (&Value::Bool(true), &Value::from(0)));
    // As facilities, all of them open, they cover the people that the plan says.
    let opened = text(&fs::read(folder.path().join("plan.geojson")).unwrap()).replace("\"planned\"", "\"existing\"");
    fs::write(folder.path().join("opened.geojson"), opened).unwrap();
    let run =
        linli(folder.path()).args(["coverage", "committees.geojson", "-f", "opened.geojson", "-q"]).assert().success();
    let covered: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let (said, found) = (&plan["linli"]["covered_after"], &covered["linli"]["totals"]["people_covered"]);
    assert!((said.as_f64().unwrap() - found.as_f64().unwrap()).abs() < 1e-3, "{said} {found}");
}

#[test]
fn phases_print_what_nesting_costs() {
    let folder = district();
    let run = site(folder.path(), &["--phases", "2,1", "--grid", "750", "--format", "table", "-q"]).assert().success();
    let said = text(&run.get_output().stdout);
    assert!(said.contains("price of nesting") && said.lines().filter(|line| line.contains('+')).count() == 3, "{said}");
    assert!(run.get_output().stderr.is_empty());
}

#[test]
fn candidates_come_from_a_file_of_their_own() {
    let folder = district();
    let places = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": "A", "name": "旧厂房"}, "geometry": {"type": "Point", "coordinates": [121.362, 31.268]}},
        {"type": "Feature", "properties": {"id": "B"}, "geometry": {"type": "Point", "coordinates": [121.40, 31.24]}}]}"#;
    fs::write(folder.path().join("plots.geojson"), places).unwrap();
    let with = |extra: &[&str]| {
        let mut all = vec!["--candidates", "plots.geojson", "--new", "1", "--format", "table"];
        all.extend(extra);
        site(folder.path(), &all).assert()
    };
    let said = text(&with(&[]).success().get_output().stdout);
    assert!(said.contains("旧厂房"), "{said}");
    let said = text(&with(&["--forbid", "旧厂房"]).success().get_output().stdout);
    assert!(said.contains('B') && !said.contains("旧厂房"), "{said}");
    let said = text(&with(&["--forbid", "Z"]).code(2).get_output().stderr);
    assert!(said.contains("no candidate named \"Z\"; known: A, B"), "{said}");
}

#[test]
fn what_cannot_be_sited_has_its_exit_code() {
    let folder = district();
    for (extra, code, says) in [
        (["--new", "0"].as_slice(), 2, "at least 1 new centre"),
        (&["--new", "2.5"], 2, "whole number"),
        (&["--new", "NaN"], 2, "not a number"),
        (&["--new=-1"], 2, "negative"),
        (&["--new", "6"], 1, "only 5 candidates"),
        (&["--phases", "1,0"], 2, "phase 2 opens no centre"),
        (&["--new", "1", "--phases", "1,1"], 2, "cannot be used with"),
        (&["--model", "lscp", "--new", "3"], 2, "lscp finds the fewest"),
        (&["--model", "lscp"], 1, "minutes ="),
        (&["--grid", "1"], 2, "candidates; give"),
        (&["--grid", "300", "--gap", "2"], 2, "share"),
        (&["--new", "1", "--forbid", "C01"], 2, "is open today"),
        (&["--candidates", "missing.geojson"], 1, "cannot read"),
    ] {
        let run = site(folder.path(), extra).assert().code(code);
        let said = text(&run.get_output().stderr);
        assert!(said.contains(says), "{extra:?}: {said}");
    }
}

/// Sixteen squares of 100 m with 250 people each, in two towns of eight.
fn squares() -> TempDir {
    let folder = TempDir::new().unwrap();
    let square = |at: usize| {
        let (x, y) = (at % 4 * 100, at / 4 * 100);
        let ring = [[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]];
        let town = if at < 8 { "south" } else { "north" };
        serde_json::json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"id": format!("S{at}"), "name": format!("S{at}"), "town": town, "population": 250, "over_60": 50}})
    };
    let centre = |id: &str, x: f64, town: &str| {
        serde_json::json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [x, 150.0]},
            "properties": {"id": id, "name": id, "town": town, "status": "existing", "capacity": 2000}})
    };
    let write = |file: &str, features: Vec<Value>| {
        let layer = serde_json::json!({"type": "FeatureCollection", "features": features});
        fs::write(folder.path().join(file), layer.to_string()).unwrap();
    };
    write("squares.geojson", (0..16).map(square).collect());
    write("centres.geojson", vec![centre("A", 50.0, "south"), centre("B", 250.0, "north")]);
    folder
}

fn metres(folder: &Path, args: &[&str]) -> Command {
    let mut command = linli(folder);
    command.args(args).args(["--crs", "METRES"]).timeout(std::time::Duration::from_secs(60));
    command
}

#[test]
fn a_division_is_the_librarys_and_its_blocks_keep_to_its_parts() {
    use linli::{
        io::{Inputs, ReadOptions, Source, read_city},
        regions::{Request, divide},
    };
    let folder = squares();
    let ask = ["partition", "squares.geojson", "--parts", "4", "--within", "town", "--subdivide", "8"];
    let run = metres(folder.path(), &ask).assert().success();
    assert!(text(&run.get_output().stderr).contains("4 parts of 16 committees within 0.00 %"));
    assert!(!text(&run.get_output().stderr).contains("no features"), "centres were not asked for");
    let answer: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let layer = |file: &str| Source::Path(folder.path().join(file));
    let inputs =
        Inputs { demand: layer("squares.geojson"), facilities: layer("centres.geojson"), towns: None, points: None };
    let options = ReadOptions { crs: Some(linli::crs::Crs::metres()), ..ReadOptions::default() };
    let city = read_city(&inputs, &options).unwrap().city;
    let request = Request { blocks: Some(8), within_town: true, ..Request::into(4) };
    let found = divide(&city, &request, &Control::new()).unwrap();
    let column = |name: &str| -> Vec<u64> {
        let features = answer["features"].as_array().unwrap();
        features.iter().map(|feature| feature["properties"][name].as_u64().unwrap()).collect()
    };
    let (part, block) = (column("part"), column("block"));
    assert_eq!(part, found.plan.labels.iter().map(|&label| u64::from(label)).collect::<Vec<_>>());
    assert_eq!(block, found.blocks.unwrap().labels.iter().map(|&label| u64::from(label)).collect::<Vec<_>>());
    assert_eq!((&answer["linli"]["proven"], &answer["linli"]["value"]), (&Value::Bool(true), &Value::from(8.0)));
    for a in 0..16 {
        for b in 0..16 {
            assert!(block[a] != block[b] || part[a] == part[b], "block {} is in two parts", block[a]);
            assert!(part[a] != part[b] || (a < 8) == (b < 8), "part {} is in two towns", part[a]);
        }
    }
    let again = metres(folder.path(), &ask).assert().success();
    assert_eq!(again.get_output().stdout, run.get_output().stdout);
    let table = metres(folder.path(), &[&ask[..], &["--format", "table", "-q"]].concat()).assert().success();
    assert_eq!(text(&table.get_output().stdout).matches("+0.00 %").count(), 12);
}

#[test]
fn a_division_takes_exceptions_edits_and_locks() {
    let folder = squares();
    let ask = |extra: &[&str]| {
        let run = metres(folder.path(), &[&["partition", "squares.geojson", "--rounds", "1"], extra].concat())
            .assert()
            .success();
        let answer: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
        let column = |name: &str| -> Vec<Value> {
            answer["features"].as_array().unwrap().iter().map(|one| one["properties"][name].clone()).collect()
        };
        (column("part"), column("exception"), text(&run.get_output().stderr))
    };
    // Eight squares a town make no five parts within 26 %, but for exceptions.
    let five = ["--parts", "5", "--tolerance", "0.26", "--within", "town", "--exception-cost", "3"];
    let (_, exceptions, said) = ask(&five);
    let number = exceptions.iter().filter(|one| **one == Value::Bool(true)).count();
    assert!(said.contains(&format!("and {number} exception(s) to towns at {}", 3 * number)), "{said}");
    assert!(said.contains("only at a price"), "{said}");
    let edits = ["--cut", "S0,S1", "--cut", "S0,S4", "--join", "S0,S15"];
    let (part, _, said) = ask(&[&["--parts", "2", "--tolerance", "0.3"][..], &edits].concat());
    assert_eq!(part[0], part[15]);
    assert!(said.contains("Neighbours: 2 pairs cut, 1 joined"), "{said}");
    for begin in ["auto", "trees", "hilbert", "growth", "multilevel"] {
        let (part, ..) = ask(&["--parts", "4", "--tolerance", "0.3", "--begin", begin]);
        assert_eq!(part.iter().filter_map(Value::as_u64).max(), Some(3), "{begin}");
    }
    let wishes =
        ["--together", "S0,S3", "--apart", "S0,S1", "--tolerance", "0.6", "--centre-inside", "-f", "centres.geojson"];
    let (part, ..) = ask(&[&["--parts", "2", "--objective", "walk"][..], &wishes].concat());
    assert!(part[0] == part[3] && part[0] != part[1]);
}

#[test]
fn what_cannot_be_divided_has_its_exit_code() {
    let folder = squares();
    for (extra, code, says) in [
        (["--parts", "0"].as_slice(), 2, "at least 1"),
        (&["--parts", "17"], 2, "parts = 17"),
        (&["--parts", "four"], 2, "--parts"),
        (&["--parts", "4", "--subdivide", "3"], 2, "fewer than the 4 parts"),
        (&["--parts", "4", "--tolerance", "-1"], 2, "tolerance"),
        (&["--parts", "4", "--time-limit", "-1"], 2, "time_limit_s"),
        (&["--parts", "4", "--balance", "cats"], 2, "over_60"),
        (&["--parts", "4", "--balance", "over_60=x"], 2, "MEASURE=SHARE"),
        (&["--parts", "4", "--balance", "over_60", "--balance", "over_60=0.2"], 2, "named twice"),
        (&["--parts", "4", "--objective", "pretty"], 2, "cut_edges"),
        (&["--parts", "4", "--begin", "today"], 2, "auto, trees, hilbert, growth, multilevel"),
        (&["--parts", "4", "--improve", "luck"], 2, "auto, annealing, fm, recom, tabu, chains"),
        (&["--parts", "4", "--objective", "walk"], 2, "--facilities FILE"),
        (&["--parts", "4", "--objective", "moved"], 2, "--today COLUMN"),
        (&["--parts", "4", "--exception-cost", "1"], 2, "--within"),
        (&["--parts", "4", "--cut", "S0"], 2, "two committees"),
        (&["--parts", "4", "--cut", "S0,S15"], 2, "do not touch"),
        (&["--parts", "3", "--centre-inside", "-f", "centres.geojson"], 1, "2 open centres for 3 parts"),
        (&["--parts", "4", "--within", "street"], 2, "town"),
        (&["--parts", "3", "--tolerance", "0.01"], 1, "has no answer"),
        (&["--parts", "15"], 1, "has no answer"),
    ] {
        let run = metres(folder.path(), &[&["partition", "squares.geojson"], extra].concat()).assert().code(code);
        let said = text(&run.get_output().stderr);
        assert!(said.contains(says), "{extra:?}: {said}");
        assert!(run.get_output().stdout.is_empty(), "{extra:?}");
    }
    let points = ["partition", "centres.geojson", "--parts", "1", "--balance", "capacity"];
    metres(folder.path(), &points).assert().code(1).stdout("");
}

#[test]
fn limited_room_is_kept_and_people_are_told_apart() {
    let folder = squares();
    let files = ["assign", "squares.geojson", "-f", "centres.geojson"];
    let ask = |extra: &[&str]| metres(folder.path(), &[&files[..], extra].concat()).assert();
    let answer =
        |extra: &[&str]| -> Value { serde_json::from_slice(&ask(extra).success().get_output().stdout).unwrap() };
    // A stands in the first column and B in the third: by choice 12 or 4 squares, with room for 8 each.
    let found = answer(&["--capacity", "capacity"]);
    let people: Vec<f64> =
        found["linli"]["catchments"].as_array().unwrap().iter().map(|one| one["people"].as_f64().unwrap()).collect();
    assert_eq!(people, [2000.0, 2000.0]);
    // Town by town: the lower eight belong to A, whatever is nearer.
    let found = answer(&["--within", "town", "--contiguous"]);
    for (at, feature) in found["features"].as_array().unwrap().iter().enumerate() {
        let properties = &feature["properties"];
        assert_eq!(
            (&properties["facility"], &properties["status"]),
            (&Value::from(if at < 8 { "A" } else { "B" }), &Value::from("served"))
        );
    }
    // Room for 1,100 at each: four whole squares, or four and two fifths.
    let whole = answer(&["--capacity", "1100", "--not-everyone", "--within", "town", "--time-limit", "1"]);
    assert_eq!(
        (&whole["linli"]["levels"]["served"], &whole["linli"]["levels"]["no_capacity"]),
        (&Value::from(2000.0), &Value::from(2000.0))
    );
    let split = answer(&["--capacity", "1100", "--not-everyone", "--split"]);
    assert_eq!(
        (&split["linli"]["levels"]["served"], &split["linli"]["levels"]["no_capacity"]),
        (&Value::from(2200.0), &Value::from(1800.0))
    );
    assert!(split["features"][0]["properties"]["parts"].is_array());
    // Towns' halves can stay; who may go elsewhere walks less.
    let path = folder.path().join("today.geojson");
    std::fs::write(&path, serde_json::to_vec(&answer(&["--within", "town"])).unwrap()).unwrap();
    let again = answer(&["--capacity", "2000", "--today", "today.geojson", "--objective", "moved"]);
    assert_eq!(again["linli"]["people_moved"], 0.0);
    let moved =
        answer(&["--capacity", "3000", "--today", "today.geojson", "--curve", "curve.csv", "--most-moved", "600"]);
    assert!(moved["linli"]["people_moved"].as_f64().unwrap() <= 600.0);
    let curve = std::fs::read_to_string(folder.path().join("curve.csv")).unwrap();
    assert!(curve.starts_with("people_moved,mean_walk_m") && curve.lines().count() > 2, "{curve}");
    std::fs::write(folder.path().join("today.csv"), "id,facility\nS0,B\nS1,\n").unwrap();
    let csv = answer(&["--today", "today.csv", "--objective", "moved"]);
    assert_eq!(csv["features"][0]["properties"]["facility"], "B");
    let tied = answer(&["--together", "S0,S3", "--apart", "S0,S1", "--balance", "population=0.5"]);
    let of = |row: usize| tied["features"][row]["properties"]["facility"].clone();
    assert!(of(0) == of(3) && of(0) != of(1));
    let exempt = answer(&["--within", "town", "--exception", "S0:B", "--stay", "S0=B"]);
    assert_eq!(exempt["features"][0]["properties"]["facility"], "B");
    let stay = answer(&["--stay", "S0=B"]);
    assert_eq!(stay["features"][0]["properties"]["facility"], "B");
    let said = text(
        &ask(&["--capacity", "1100", "--not-everyone", "--within", "town", "--time-limit", "1", "--format", "summary"])
            .success()
            .get_output()
            .stdout,
    );
    assert!(said.contains("4,000 people: 2,000 served, 2,000 no capacity, 0 out of reach"), "{said}");
    let table = text(&ask(&["--capacity", "capacity", "--format", "table"]).success().get_output().stdout);
    assert!(table.contains("by choice") && table.lines().count() == 3, "{table}");
    for (extra, code, says) in [
        (["--capacity", "1000"].as_slice(), 1, "has no answer"),
        (&["--capacity=-5"], 2, "0 or more"),
        (&["--capacity", "nan"], 2, "0 or more"),
        (&["--capacity", "rooms"], 2, "capacity"),
        (&["--split"], 2, "--capacity"),
        (&["--capacity", "5000", "--split", "--contiguous"], 2, "cannot be used with"),
        (&["--time-limit", "3"], 2, "--within"),
        (&["--stay", "S0"], 2, "COMMITTEE=CENTRE"),
        (&["--stay", "S0=Z"], 2, "Z"),
        (&["--together", "S0"], 2, "two or more committees"),
        (&["--balance", "population"], 2, "population=0.1"),
        (&["--measure", "beds=5"], 2, "beds"),
        (&["--most-moved", "5"], 2, "--today"),
        (&["--today", "nowhere.csv"], 1, "nowhere.csv"),
        (&["--today", "today.csv", "--curve", "curve.txt"], 2, ".csv or .json"),
        (&["--stay", "S0=A", "--stay", "S0=B"], 2, "named twice"),
    ] {
        let run = ask(extra).code(code);
        let said = text(&run.get_output().stderr);
        assert!(said.contains(says), "{extra:?}: {said}");
    }
}
