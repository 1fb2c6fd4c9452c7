#include "apps/wordcount/report.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace entente;
using namespace entente::wordcount;
using namespace std::chrono_literals;

namespace {

const time_point t0{1h};

}  // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(progress_is_shown_when_it_changed_but_not_too_often) {
  progress_pace pace{1s};
  BOOST_TEST(pace.due({4, 1, 0, 0}, t0));
  BOOST_TEST(!pace.due({4, 2, 0, 0}, t0 + 999ms));
  BOOST_TEST(pace.due({4, 2, 0, 0}, t0 + 1s));
  BOOST_TEST(!pace.due({4, 2, 0, 0}, t0 + 9s));
}

BOOST_AUTO_TEST_CASE(the_end_is_shown_at_once_and_only_once) {
  progress_pace pace{1s};
  pace.due({4, 1, 3, 0}, t0);
  BOOST_TEST(pace.due({4, 0, 4, 0}, t0 + 1ms));
  BOOST_TEST(!pace.due({4, 0, 4, 0}, t0 + 2ms));
}

BOOST_AUTO_TEST_CASE(progress_tells_of_tasks_run_again_if_there_are_any) {
  BOOST_TEST(describe({9, 2, 3, 0}) == "3 of 9 tasks done, 2 running");
  BOOST_TEST(describe({9, 2, 3, 1}) == "3 of 9 tasks done, 2 running, 1 run again");
}

BOOST_AUTO_TEST_CASE(tsv_is_lines_of_count_and_word_by_rank) {
  word_counts counts;
  counts.add("b");
  counts.add("a");
  counts.add("the", 7);
  std::ostringstream out;
  write_tsv(out, counts, 2);
  BOOST_TEST(out.str() == "7\tthe\n1\ta\n");
}

BOOST_AUTO_TEST_SUITE_END()
