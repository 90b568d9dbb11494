use super::*;
use std::format;

fn window(kernel: u32, stride: u32, dilation: u32) -> Window {
    Window { kernel, stride, dilation }
}

/// The outputs whose taps can be laid, one after the other.
fn slid_slowly(window: Window, input: u32, padding: Padding) -> (u32, u32) {
    let span = (window.kernel - 1) * window.dilation + 1;
    let mut outputs = 0;
    let mut start = 0;
    while match padding {
        Padding::Same => start < input,
        Padding::Valid => start + span <= input,
    } {
        outputs += 1;
        start += window.stride;
    }
    let end = if outputs == 0 { 0 } else { (outputs - 1) * window.stride + span };
    (outputs, end.saturating_sub(input))
}

#[test]
fn windows_give_as_many_outputs_as_can_be_laid() {
    let most = if cfg!(miri) { 4 } else { 12 };
    for kernel in 1..6 {
        for stride in 1..5 {
            for dilation in 1..4 {
                for input in 1..most {
                    let window = window(kernel, stride, dilation);
                    for padding in [Padding::Same, Padding::Valid] {
                        let (outputs, total) = slid_slowly(window, input, padding);
                        match window.slide(input, padding) {
                            Ok(extent) => {
                                assert_eq!(extent.output, outputs);
                                assert_eq!(extent.before + extent.after, total);
                                assert!(extent.after - extent.before <= 1, "the odd one is at the end");
                            }
                            Err(error) => {
                                assert_eq!(outputs, 0);
                                assert!(matches!(error, ShapeError::Window { .. }));
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn same_padding_with_an_even_input_and_stride_two_pads_only_after() {
    let extent = window(3, 2, 1).slide(4, Padding::Same).unwrap();
    assert_eq!(extent, Extent { output: 2, before: 0, after: 1 });
}

#[test]
fn the_first_layer_of_keyword_spotting_halves_both_axes() {
    assert_eq!(
        window(10, 2, 1).slide(49, Padding::Same).unwrap(),
        Extent { output: 25, before: 4, after: 5 }
    );
    assert_eq!(window(4, 2, 1).slide(10, Padding::Same).unwrap(), Extent { output: 5, before: 1, after: 1 });
}

#[test]
fn a_transposed_window_undoes_the_size_of_a_window() {
    for input in 1..9 {
        for (kernel, stride) in [(1, 1), (2, 2), (3, 2), (5, 3)] {
            let spread = window(kernel, stride, 1).spread(input, Padding::Valid).unwrap();
            assert_eq!(window(kernel, stride, 1).slide(spread.output, Padding::Valid).unwrap().output, input);
            assert_eq!(
                window(kernel, stride, 1).spread(input, Padding::Same).unwrap().output,
                input * stride
            );
        }
    }
}

#[test]
fn extreme_windows_are_errors_not_overflows() {
    let most = u32::MAX;
    assert!(window(most, most, most).slide(most, Padding::Valid).is_err());
    assert!(window(most, most, most).slide(most, Padding::Same).is_err());
    assert!(window(most, most, most).spread(most, Padding::Same).is_err());
    assert!(window(most, most, most).spread(most, Padding::Valid).is_err());
    for (kernel, stride, dilation) in [(0, 1, 1), (1, 0, 1), (1, 1, 0)] {
        assert!(matches!(
            window(kernel, stride, dilation).slide(4, Padding::Same),
            Err(ShapeError::Zero { .. })
        ));
    }
    assert_eq!(window(3, 1, 1).slide(0, Padding::Same).unwrap().output, 0);
}

#[test]
fn elements_are_counted_exactly_or_refused() {
    assert_eq!(Shape::new(&[1, 49, 10, 1]).unwrap().elements(), Ok(490));
    assert_eq!(Shape::default().elements(), Ok(1));
    let huge = [u32::MAX; 3];
    assert_eq!(Shape::new(&huge).unwrap().elements(), Err(ShapeError::Elements));
    assert_eq!(Shape::new(&[u32::MAX, u32::MAX, u32::MAX, 0]).unwrap().elements(), Ok(0));
    assert_eq!(Shape::new(&[1; 9]), Err(ShapeError::Rank { rank: 9 }));
    assert_eq!(Shape::new(&[3]).unwrap().bytes(4), Ok(2));
    assert_eq!(Shape::new(&[u32::MAX, u32::MAX]).unwrap().bytes(64), Err(ShapeError::Elements));
}

#[test]
fn shapes_are_printed_with_crosses() {
    assert_eq!(format!("{}", Shape::new(&[1, 49, 10, 1]).unwrap()), "1x49x10x1");
    assert_eq!(format!("{}", Shape::default()), "scalar");
}

#[test]
fn a_negative_axis_counts_from_the_end() {
    let shape = Shape::new(&[2, 3, 4]).unwrap();
    assert_eq!((shape.axis(-1), shape.axis(0)), (Ok(2), Ok(0)));
    assert_eq!(shape.axis(3), Err(ShapeError::Axis { axis: 3, rank: 3 }));
    assert_eq!(shape.axis(-4), Err(ShapeError::Axis { axis: -4, rank: 3 }));
    assert_eq!(shape.with_dim(-2, 9).unwrap().dims(), [2, 9, 4]);
}

#[test]
fn a_dimension_past_the_rank_leaves_no_trace() {
    assert_eq!(Shape::new(&[1, 2]).unwrap(), Shape::new(&[1, 2]).unwrap());
    assert_ne!(Shape::new(&[1, 2]).unwrap(), Shape::new(&[1, 2, 0]).unwrap());
}

#[cfg(feature = "serde")]
#[test]
fn a_shape_in_json_is_a_list() {
    let shape: Shape = serde_json::from_str("[1, 49, 10, 1]").unwrap();
    assert_eq!(serde_json::to_string(&shape).unwrap(), "[1,49,10,1]");
    let error = serde_json::from_str::<Shape>("[1,1,1,1,1,1,1,1,1]").unwrap_err();
    assert!(format!("{error}").contains("at most 8"));
    assert!(serde_json::from_str::<Shape>("[1, -1]").is_err());
}
