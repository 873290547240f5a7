//! The picture of risk: up to each age, hers against the average woman's, as bars of text and as SVG. Told apart by shape and by name, never by colour
//! alone.

use std::fmt::Write as _;

use crate::assessment::RiskCourse;

/// Bars at most this many characters wide.
const WIDTH: f64 = 40.0;

/// Bars for every fifth year of age and the last.
#[must_use]
pub fn terminal(course: &RiskCourse) -> String {
    let greatest = greatest(course);
    if greatest <= 0.0 {
        return String::new();
    }
    let mut text = format!("Risk from {} up to each age   █ this woman   ░ the average woman\n", course.from);
    let last = course.points.last().map(|(age, _, _)| *age);
    for (age, own, average) in &course.points {
        if age % 5.0 != 0.0 && Some(*age) != last {
            continue;
        }
        let bar = |mark: char, risk: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to WIDTH")]
            let length = (risk / greatest * WIDTH).round() as usize;
            std::iter::repeat_n(mark, length).collect::<String>()
        };
        _ = writeln!(text, " {age:>4}  {:<40} {:>7}", bar('█', *own), percent(*own));
        _ = writeln!(text, "       {:<40} {:>7}", bar('░', *average), percent(*average));
    }
    text
}

/// Plot area in the coordinates of the picture.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 330.0;

/// The picture as SVG. `id` keeps its names apart from those of other pictures in one document.
#[must_use]
pub fn svg(course: &RiskCourse, id: &str) -> String {
    let last = course.points.last().map_or(course.from + 1.0, |(age, _, _)| *age);
    let step = grid_step(100.0 * greatest(course));
    let top = (100.0 * greatest(course) / step).ceil().max(1.0) * step;
    let x = |age: f64| LEFT + (age - course.from) / (last - course.from) * (RIGHT - LEFT);
    let y = |percent: f64| BOTTOM - percent / top * (BOTTOM - TOP);
    let title = escape(&course.title);

    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 440\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" font-family=\"sans-serif\" font-size=\"14\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{}</desc>\n\
         <rect width=\"760\" height=\"440\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"30\" font-size=\"17\" font-weight=\"bold\">{title}</text>\n",
        escape(&description(course)),
    );
    let mut line = 0.0;
    while line <= top + step / 2.0 {
        let at = y(line);
        _ = writeln!(text, "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{RIGHT}\" y2=\"{at:.1}\" stroke=\"#ddd\"/>");
        _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{} %</text>",
            LEFT - 8.0,
            at + 5.0,
            rounded(line)
        );
        line += step;
    }
    let years = last - course.from;
    let spacing = [1.0, 2.0, 5.0, 10.0].into_iter().find(|spacing| years / spacing <= 10.0).unwrap_or(20.0);
    let mut age = (course.from / spacing).ceil() * spacing;
    while age <= last {
        _ = writeln!(text, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{age}</text>", x(age), BOTTOM + 22.0);
        age += spacing;
    }
    _ = writeln!(
        text,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">age in years</text>",
        (LEFT + RIGHT) / 2.0,
        BOTTOM + 46.0
    );

    let path = |risk: fn(&(f64, f64, f64)) -> f64| {
        let start = format!("{:.1},{:.1}", x(course.from), y(0.0));
        let rest = course.points.iter().map(|point| format!(" {:.1},{:.1}", x(point.0), y(100.0 * risk(point))));
        start + &rest.collect::<String>()
    };
    _ = writeln!(
        text,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"3\"/>",
        path(|point| point.1)
    );
    _ = writeln!(
        text,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#555\" stroke-width=\"2\" stroke-dasharray=\"7 5\"/>",
        path(|point| point.2)
    );
    if let Some((_, own, average)) = course.points.last() {
        // The labels keep a line of text between them, the greater risk above.
        let (own_y, average_y) = (y(100.0 * own), y(100.0 * average));
        let middle = f64::midpoint(own_y, average_y);
        let apart = ((own_y - average_y).abs() / 2.0).max(10.0);
        let sign = if own >= average { 1.0 } else { -1.0 };
        let label = |at: f64, words: &str, risk: f64, colour: &str| {
            format!(
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{words}: {}</text>\n",
                RIGHT + 8.0,
                at + 5.0,
                percent(risk)
            )
        };
        text += &label(middle - sign * apart, "this woman", *own, "#0072b2");
        text += &label(middle + sign * apart, "average (dashed)", *average, "#555");
    }
    _ = write!(
        text,
        "<text x=\"{LEFT}\" y=\"{:.1}\" font-size=\"12\">{}</text>\n</svg>\n",
        BOTTOM + 80.0,
        escape(her2path_models::NOTICE)
    );
    text
}

fn greatest(course: &RiskCourse) -> f64 {
    course.points.iter().map(|(_, own, average)| own.max(*average)).fold(0.0, f64::max)
}

fn description(course: &RiskCourse) -> String {
    course.points.last().map_or_else(String::new, |(age, own, average)| {
        format!("From {} to {age}: this woman {}, the average woman {}.", course.from, percent(*own), percent(*average))
    })
}

/// A step of 1, 2 or 5 times a power of ten that gives three to seven lines.
fn grid_step(greatest: f64) -> f64 {
    let mut power = 0.001;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if greatest / (factor * power) <= 6.0 || power > 100.0 {
                return factor * power;
            }
        }
        power *= 10.0;
    }
}

/// A grid value without the noise of binary fractions.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A probability as percent with two significant digits at least: `2.5 %`, `0.12 %`, `31 %`.
fn percent(probability: f64) -> String {
    match 100.0 * probability {
        p if p >= 10.0 => format!("{p:.0} %"),
        p if p >= 1.0 => format!("{p:.1} %"),
        p => format!("{p:.2} %"),
    }
}
