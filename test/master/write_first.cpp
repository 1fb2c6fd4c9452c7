// What may be done or said only when it is written down.
#include "actors/master/write_first.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>

namespace entente::test {

namespace {

/// Counts what is written, and is full if it is to be.
struct small_store final : registry_store {
  const registry_state& state() const override { return whole; }
  void append(const std::vector<registry_change>& changes) override {
    for (const auto& x : changes)
      apply(whole, x);
  }
  std::optional<runtime::failure> sync() override {
    if (is_full)
      return runtime::failure{ENOSPC, "full"};
    return std::nullopt;
  }

  registry_state whole;
  bool is_full = false;
};

struct fixture {
  bool append() { return first.append({entry_set<registered_weight>{{"eng", 2}}}); }
  void say(const std::string& x) {
    first.when_safe([this, x] { said += x; });
  }
  void say_to(int peer, const std::string& x) {
    first.replace(peer, [this, x] { said += x; });
  }
  void answer() {
    first.when_known([this](const std::string& why) { said += "(" + why + ")"; });
  }
  std::string write() {
    for (auto& x : first.write())
      x();
    return std::exchange(said, {});
  }

  std::shared_ptr<small_store> store = std::make_shared<small_store>();
  entente::write_first<int> first{store};
  std::string said;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(write_first, fixture)

BOOST_AUTO_TEST_CASE(what_depends_on_nothing_new_is_said_at_once) {
  say("a");
  BOOST_CHECK_EQUAL(said, "a");
  BOOST_CHECK(!first.append({}));
  BOOST_CHECK(first.is_safe());
}

BOOST_AUTO_TEST_CASE(what_comes_after_a_change_is_said_when_that_is_written) {
  BOOST_CHECK(append());
  BOOST_CHECK(!append());
  say("a");
  say_to(1, "b");
  answer();
  BOOST_CHECK_EQUAL(said, "");
  BOOST_CHECK_EQUAL(write(), "ab()");
  BOOST_CHECK(first.is_safe());
  BOOST_CHECK(append());
}

BOOST_AUTO_TEST_CASE(while_it_cannot_be_written_calls_are_told_why_and_the_rest_waits) {
  store->is_full = true;
  append();
  say("a");
  answer();
  BOOST_CHECK_EQUAL(write(), "(full)");
  BOOST_CHECK(!first.can_write());
  BOOST_CHECK(!first.is_safe());
  BOOST_CHECK_EQUAL(first.problem(), "full");
  store->is_full = false;
  BOOST_CHECK_EQUAL(write(), "a");
  BOOST_CHECK(first.can_write());
}

BOOST_AUTO_TEST_CASE(peers_that_report_again_and_again_do_not_make_more_wait) {
  store->is_full = true;
  append();
  for (auto i = 0; i < 1'000; ++i)
    say_to(i % 2, std::to_string(i));
  write();
  BOOST_CHECK_EQUAL(first.waiting(), 2u);
  store->is_full = false;
  BOOST_CHECK_EQUAL(write(), "998999");
}

BOOST_AUTO_TEST_CASE(without_a_registry_all_is_safe) {
  entente::write_first<int> none{nullptr};
  BOOST_CHECK(!none.append({entry_set<registered_weight>{{"eng", 2}}}));
  BOOST_CHECK(none.is_safe());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
