// Random changes: what is read back is what the pure model says.
#include "actors/registry/registry_copy.hpp"
#include "registry_values.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(registry_model, registry_fixture)

BOOST_AUTO_TEST_CASE(what_is_read_back_is_what_was_synced) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      registry_fixture here;
      entry_generator made{seed};
      registry_state expected;
      expected.cluster = "lab";
      auto now = here.open();
      ++expected.lives;
      for (int step = 0; step < 20; ++step) {
        auto changes = made.changes(12);
        for (const auto& change : changes)
          apply(expected, change);
        commit(now, changes);
        BOOST_REQUIRE_EQUAL(now.state(), expected);
        if (made.below(6) != 0)
          continue;
        now = here.open_again(std::move(now));
        ++expected.lives;
        BOOST_REQUIRE_EQUAL(now.state(), expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(changes_that_are_applied_twice_change_nothing_more) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      entry_generator made{seed};
      registry_state once;
      for (const auto& change : made.changes(30)) {
        apply(once, change);
        auto twice = once;
        apply(twice, change);
        BOOST_REQUIRE_EQUAL(twice, once);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
