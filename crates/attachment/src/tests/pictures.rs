//! The smallest pictures, with a marker in every place a camera or a program writes to.

use super::MARKER;

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("segments are short");
    [&[0xff, marker][..], &length.to_be_bytes(), content].concat()
}

/// A photograph held upright.
pub fn jpeg() -> Vec<u8> {
    let marker = MARKER.as_bytes();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x0f\x01\x02\0\x0a\0\0\0\x26\0\0\0"); // the maker
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // how it was held
    exif.extend([0; 4]);
    exif.extend(marker);
    [
        vec![0xff, 0xd8],
        segment(0xe0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", marker].concat()),
        segment(0xe1, &exif),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", marker].concat()),
        segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", marker].concat()),
        segment(0xed, marker),
        segment(0xfe, marker),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xc4, &[0; 17]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![1, 2, 3, 0xff, 0, 4, 0xff, 0xd0, 5],
        segment(0xfe, marker), // between two scans
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![6, 7],
        vec![0xff, 0xd9],
        marker.to_vec(), // behind the end
    ]
    .concat()
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("chunks are short");
    [&length.to_be_bytes()[..], &kind, content, &[0; 4]].concat()
}

/// A picture of a screen.
pub fn png() -> Vec<u8> {
    let marker = MARKER.as_bytes();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(*b"tEXt", &[b"Author\0", marker].concat()),
        chunk(*b"iTXt", marker),
        chunk(*b"eXIf", marker),
        chunk(*b"iCCP", marker),
        chunk(*b"prVt", marker),
        chunk(*b"IDAT", &[1, 2, 3]),
        chunk(*b"tIME", &[0; 7]),
        chunk(*b"IEND", &[]),
        marker.to_vec(),
    ]
    .concat()
}
