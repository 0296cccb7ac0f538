//! Numbered paragraphs as a tree: 一、 holds （一）, which holds 1., however deep a document nests them.

use crate::{
    head,
    manuscript::Line,
    numeral::{self, Marker, Style},
    span::{Span, Text},
};
use std::collections::HashMap;

/// A numbered paragraph with the unnumbered lines below it.
#[derive(Debug)]
pub struct Node {
    /// How it is numbered; `None` for a heading the file marks but does not number.
    pub marker: Option<Marker>,
    /// The node it stands in.
    pub parent: Option<usize>,
    /// Depth, from 0.
    pub depth: usize,
    /// Its first line, the number left out.
    pub first: Text,
    /// The lines below it, up to the next node.
    pub lines: Vec<Text>,
    /// From its number to its last own line.
    pub span: Span,
}

/// The lines before the first node, and the nodes in order.
#[derive(Debug, Default)]
pub struct Tree {
    /// Lines before the first node.
    pub opening: Vec<Text>,
    /// Lines that close a text: signature, date, notes on publication.
    pub closing: Vec<Text>,
    /// Nodes in reading order.
    pub nodes: Vec<Node>,
}

/// Builds the tree. Depth follows the order in which the styles of numbers appear inside one another.
pub fn tree(lines: &[Line]) -> Tree {
    let mut tree = Tree::default();
    let mut open: Vec<(Style, u32, usize)> = Vec::new();
    let mut closed = false;
    for (at, line) in lines.iter().enumerate() {
        // A signature stands above its date; neither belongs to the last paragraph.
        let signs = |at: usize| lines.get(at).is_some_and(|line| head::is_closing(line.as_str()));
        let short = line.text.squeezed().as_str().chars().count() <= 30 && !line.as_str().contains('。');
        closed = signs(at) || (short && (signs(at + 1) || (closed && line.heading.is_none())));
        let marker = numeral::marker(line.as_str()).filter(|marker| follows(&open, marker));
        if head::lone_date(line.as_str()).is_some() {
            // Behind a signature a new document starts.
            open.clear();
        }
        let Some(marker) = marker else {
            if line.heading.is_some_and(|level| level <= 2) && !tree.nodes.is_empty() {
                open.clear();
                tree.nodes.push(Node {
                    marker: None,
                    parent: None,
                    depth: 0,
                    first: line.text.clone(),
                    lines: Vec::new(),
                    span: line.span(),
                });
                continue;
            }
            match tree.nodes.last_mut() {
                Some(_) if closed => tree.closing.push(line.text.clone()),
                Some(node) => {
                    node.span = node.span.cover(line.span());
                    node.lines.push(line.text.clone());
                }
                None => tree.opening.push(line.text.clone()),
            }
            continue;
        };
        if let Some(level) = open.iter().position(|(style, ..)| *style == marker.style) {
            open.truncate(level);
        }
        let parent = open.last().map(|(.., node)| *node);
        let depth = open.len();
        open.push((marker.style, marker.number, tree.nodes.len()));
        let first = line.text.slice(marker.length..line.as_str().len()).trim();
        tree.nodes.push(Node {
            marker: Some(marker),
            parent,
            depth,
            first,
            lines: Vec::new(),
            span: line.span(),
        });
    }
    tree
}

/// A number opens a node if it starts a list or goes on with one that is open.
fn follows(open: &[(Style, u32, usize)], marker: &Marker) -> bool {
    match open.iter().find(|(style, ..)| *style == marker.style) {
        Some((_, last, _)) => marker.number == 1 || (marker.number > *last && marker.number <= *last + 3),
        None => {
            marker.number == 1
                || open.is_empty()
                || marker.style == Style::Digit
                || marker.style == Style::Paren
        }
    }
}

impl Node {
    /// The number as printed, by its style.
    pub fn number(&self) -> Option<u32> {
        self.marker.map(|marker| marker.number)
    }

    /// All its own text: the first line and the lines below.
    pub fn text(&self) -> Text {
        let mut text = self.first.clone();
        for line in &self.lines {
            if !text.is_empty() {
                text.push('\n', line.span().from);
            }
            text.append(line);
        }
        text
    }
}

impl Tree {
    /// The nodes that stand directly in each node, in order.
    pub fn children(&self) -> HashMap<usize, Vec<usize>> {
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if let Some(parent) = node.parent {
                children.entry(parent).or_default().push(at);
            }
        }
        children
    }

    /// The headings above a node, nearest first.
    pub fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.nodes[node].parent, |at| self.nodes[*at].parent)
    }
}
