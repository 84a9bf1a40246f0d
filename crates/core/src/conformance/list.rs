//! The list of laws, written once, and the macros that read it.

/// Hands the list of laws to the macro `$then`, behind its arguments.
#[doc(hidden)]
#[macro_export]
macro_rules! __annulus_laws {
    ($then:ident $arguments:tt) => {
        $crate::$then! { $arguments
            membership {
                empty_answers_nothing
                one_consumer_gets_all
                data_given_is_data_returned
                duplicates_are_refused
                seed_collisions_are_refused
                additions_are_all_or_none
                a_batch_equals_one_by_one
                new_data_moves_no_key
                any_name_and_key_will_do
                clones_are_independent
            }
            batches {
                removals_in_one_call_equal_one_by_one
                weights_in_one_call_equal_one_by_one
                weights_are_set_all_or_none
            }
            history {
                order_of_arrival_counts_as_promised
                any_history_equals_a_fresh_build
            }
            movement {
                addition_moves_keys_to_the_new_one_only
                removal_of_the_last_moves_its_keys_only
                skipping_any_equals_removing_it
                reweighting_moves_keys_of_that_one_only
            }
            preference {
                preference_order_visits_each_once_owner_first
                the_first_n_are_a_prefix_of_the_order
                consumers_come_in_preference_order
            }
            places {
                each_place_of_the_order_is_as_even_as_the_first
                any_other_comes_second_equally_often
            }
            lookup {
                batches_equal_single_lookups
                any_digest_is_answered
                every_way_to_ask_agrees
                pointers_behave_as_what_they_point_to
            }
            weights {
                weights_are_taken_as_promised
                scale_of_weights_counts_as_promised
                shares_follow_weights
                extreme_weights_are_served_or_refused
            }
            balance {
                shares_told_are_shares_counted
                between_two_ends_told_is_one_owner
                shares_are_even_as_promised
            }
            limits {
                memory_is_known_before_building
                the_memory_limit_holds
                no_removal_needs_refusing
            }
            saving {
                restoring_gives_the_same_ring
                foreign_saves_are_refused
                a_history_is_told_and_resumed
                parameters_are_words
                fingerprints_tell_views_apart
            }
            promises {
                promises_agree_with_one_another
            }
        }
    };
}

/// The laws as a list.
#[doc(hidden)]
#[macro_export]
macro_rules! __annulus_list {
    (($kernel:ty) $($subject:ident { $($law:ident)+ })+) => {
        ::alloc::vec![$($($crate::conformance::Law {
            name: stringify!($law),
            test: $crate::conformance::$subject::$law::<$kernel>,
        }),+),+]
    };
}

/// The laws as tests.
#[doc(hidden)]
#[macro_export]
macro_rules! __annulus_tests {
    (($kernel:ty, $make:expr) $($subject:ident { $($law:ident)+ })+) => {$($(
        #[test]
        fn $law() {
            let law = $crate::conformance::Law { name: stringify!($law), test: $crate::conformance::$subject::$law::<$kernel> };
            $crate::conformance::enforce(&law, &$make);
        }
    )+)+};
}

/// Turns every law into a test of a kernel: `conformance!(MyKernel)`, or `conformance!(MyKernel, MyKernel::with_size(31))`.
///
/// The tests stand in a module `conformance`, which sees what the place of the call sees. See [the
/// module](mod@crate::conformance).
#[macro_export]
macro_rules! conformance {
    ($kernel:ty) => {
        $crate::conformance!($kernel, <$kernel as ::core::default::Default>::default());
    };
    ($kernel:ty, $make:expr) => {
        #[cfg(test)]
        mod conformance {
            #[allow(unused_imports, reason = "a kernel may be named by its whole path")]
            use super::*;
            $crate::__annulus_laws!(__annulus_tests($kernel, $make));
        }
    };
}
