// The disk that a sandbox has, measured in steps.
#include "actors/agent/disk_meter.hpp"

#include <boost/test/unit_test.hpp>

#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

constexpr std::size_t kilobyte = 1024;

struct fixture {
  fixture() {
    for (auto i = 0; i < 10; ++i)
      write(i, 100 * kilobyte);
  }

  void write(int file, std::size_t bytes) const {
    write_file(dir / std::to_string(file), std::string(bytes, 'x'));
  }

  void measure() {
    while (!meter.step(1)) {
    }
  }

  scratch_directory dir;
  entente::disk_meter meter{dir.path()};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(disk_meter, fixture)

BOOST_AUTO_TEST_CASE(what_is_seen_is_known_before_all_is) {
  while (meter.seen() < 500 * kilobyte)
    BOOST_REQUIRE(!meter.step(1));
  BOOST_CHECK_EQUAL(meter.bytes(), meter.seen());
  measure();
  BOOST_CHECK_GE(meter.bytes(), 1000 * kilobyte);
}

BOOST_AUTO_TEST_CASE(what_it_had_is_known_until_all_is_seen_again) {
  measure();
  auto before = meter.bytes();
  for (auto i = 0; i < 10; ++i)
    write(i, 10 * kilobyte);
  BOOST_CHECK(!meter.step(1));
  BOOST_CHECK_EQUAL(meter.bytes(), before);
  BOOST_CHECK_LT(meter.seen(), before);
  measure();
  BOOST_CHECK_LT(meter.bytes(), 500 * kilobyte);
  BOOST_CHECK_EQUAL(meter.bytes(), meter.seen());
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_measured_when_it_is) {
  entente::disk_meter later{dir / "later"};
  BOOST_CHECK(later.step(1));
  BOOST_CHECK_EQUAL(later.bytes(), 0u);
  std::filesystem::create_directory(dir / "later");
  write_file(dir / "later/file", std::string(100 * kilobyte, 'x'));
  BOOST_CHECK(later.step(100));
  BOOST_CHECK_GE(later.bytes(), 100 * kilobyte);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
