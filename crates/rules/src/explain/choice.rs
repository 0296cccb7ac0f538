//! A condition on a choice, taken apart: which branch, and what its value has to be.

use crate::expression::Expression;

/// Most branches that are looked into.
const BRANCHES_MAX: usize = 40;

/// Conditions that together lead to a result; `None` stands for the result that is wanted of the whole.
pub type Course = Vec<(Expression, Option<bool>)>;

/// Puts a value in the place of a choice.
type Rebuild<'e> = Box<dyn Fn(&Expression) -> Expression + 'e>;

/// The courses by which a condition on a choice (or a choice between conditions) comes to a result, one for each
/// branch; `None` where it is no such condition, or too large a one.
pub fn courses(expression: &Expression) -> Option<Vec<Course>> {
    let (branches, otherwise, rebuild): (_, _, Rebuild<'_>) = match expression {
        Expression::Case(branches, otherwise) => (branches, otherwise, Box::new(Clone::clone)),
        Expression::CodeIn(inner, codes) => match &**inner {
            Expression::Case(branches, otherwise) => {
                let rebuild = |value: &Expression| Expression::CodeIn(Box::new(value.clone()), codes.clone());
                (branches, otherwise, Box::new(rebuild))
            }
            _ => return None,
        },
        Expression::Compare(comparison, left, right) => match (&**left, &**right) {
            (Expression::Case(branches, otherwise), right) => {
                let rebuild = move |value: &Expression| {
                    Expression::Compare(*comparison, Box::new(value.clone()), Box::new(right.clone()))
                };
                (branches, otherwise, Box::new(rebuild))
            }
            (left, Expression::Case(branches, otherwise)) => {
                let rebuild = move |value: &Expression| {
                    Expression::Compare(*comparison, Box::new(left.clone()), Box::new(value.clone()))
                };
                (branches, otherwise, Box::new(rebuild))
            }
            _ => return None,
        },
        _ => return None,
    };
    if branches.len() > BRANCHES_MAX {
        return None;
    }
    let mut courses = Vec::new();
    let mut before: Course = Vec::new();
    for (when, then) in branches {
        // The value first: a branch that gives the wrong one needs no further look.
        let mut course = vec![(rebuild(then), None), (when.clone(), Some(true))];
        course.extend(before.iter().cloned());
        courses.push(course);
        before.push((when.clone(), Some(false)));
    }
    if let Some(otherwise) = otherwise {
        let mut course = vec![(rebuild(otherwise), None)];
        course.extend(before);
        courses.push(course);
    }
    Some(courses)
}
