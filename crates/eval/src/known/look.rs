//! How an algorithm looks in every picture.

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Triangle,
    Square,
    Diamond,
    Cross,
    TriangleDown,
    Plus,
    Hexagon,
    Star,
}

/// A colour on white, the same on black, as red, green and blue, and a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) colour: (u8, u8, u8),
    pub(crate) dark: (u8, u8, u8),
    pub(crate) marker: Marker,
}
