#include "apps/wordcount/job.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace entente;
using namespace entente::wordcount;

namespace {

std::vector<chunk> chunks(std::size_t count) {
  std::vector<chunk> result;
  for (std::size_t i = 0; i < count; ++i)
    result.push_back({{"/file", i * 10, 10}});
  return result;
}

/// An offer with room for that many map tasks.
offer offer_of(const std::string& agent, std::int64_t room) {
  offer result;
  result.id = offer_id{"offer-of-" + agent};
  result.agent = agent_id{agent};
  result.hostname = "host-of-" + agent;
  result.available = map_task_limits().times(room);
  result.available.set_milli("disk", 1000);
  return result;
}

status_update update_of(const task_info& task, task_state state) {
  status_update result;
  result.task = task.id;
  result.state = state;
  result.message = "as the test says";
  return result;
}

output_chunk page_of(const std::string& bytes, std::uint64_t file_size) {
  return {bytes, file_size, true};
}

output_chunk whole(const std::string& bytes) {
  return page_of(bytes, bytes.size());
}

/// Launches one task on an offer that has room for one.
task_info launch_one(job& work) {
  return work.on_offers({offer_of("a", 1)}).accepts.at(0).tasks.at(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job)

using entente::wordcount::job;

BOOST_AUTO_TEST_CASE(a_job_without_chunks_has_ended) {
  BOOST_TEST(job({}, "wordcount").ended());
}

BOOST_AUTO_TEST_CASE(a_task_runs_this_program_on_its_chunk) {
  job work{{{{"/f", 0, 5}, {"/g", 7, 9}}}, "/bin/wordcount"};
  auto task = launch_one(work);
  std::vector<std::string> command{"/bin/wordcount", "--map", "/f", "0", "5", "/g", "7", "9"};
  BOOST_TEST(task.argv == command, boost::test_tools::per_element());
  BOOST_TEST(task.limits.to_string() == "cpus:0.5;mem:64");
}

BOOST_AUTO_TEST_CASE(tasks_are_dealt_to_the_offers_in_turn_as_far_as_they_fit) {
  job work{chunks(6), "wordcount"};
  auto next = work.on_offers({offer_of("a", 1), offer_of("b", 9), offer_of("c", 2)});
  BOOST_REQUIRE_EQUAL(next.accepts.size(), 3);
  BOOST_TEST(next.accepts[0].tasks.size() == 1);
  BOOST_TEST(next.accepts[1].tasks.size() == 3);
  BOOST_TEST(next.accepts[2].tasks.size() == 2);
  BOOST_TEST(next.accepts[1].offers.at(0) == offer_id{"offer-of-b"});
  BOOST_TEST(!next.decline.has_value());
}

BOOST_AUTO_TEST_CASE(offers_that_are_not_needed_are_declined_and_no_more_are_wanted) {
  job work{chunks(1), "wordcount"};
  auto next = work.on_offers({offer_of("a", 1), offer_of("b", 1)});
  BOOST_REQUIRE(next.decline);
  BOOST_TEST(next.decline->offers.at(0) == offer_id{"offer-of-b"});
  BOOST_TEST(next.suppress);
  BOOST_TEST(!work.on_offers({offer_of("c", 1)}).suppress);
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_too_small_is_declined_but_more_are_wanted) {
  job work{chunks(1), "wordcount"};
  auto next = work.on_offers({offer_of("a", 0)});
  BOOST_TEST(next.accepts.empty());
  BOOST_TEST(next.decline.has_value());
  BOOST_TEST(!next.suppress);
}

BOOST_AUTO_TEST_CASE(a_finished_task_is_read_page_by_page_and_counted) {
  job work{chunks(1), "wordcount"};
  auto task = launch_one(work);
  auto first = work.on_update(update_of(task, task_state::finished)).reads;
  BOOST_REQUIRE_EQUAL(first.size(), 1);
  BOOST_TEST(first[0].offset == 0);
  auto second = work.on_output(task.id, page_of("3\tth", 6)).reads;
  BOOST_REQUIRE_EQUAL(second.size(), 1);
  BOOST_TEST(second[0].offset == 4);
  BOOST_TEST(work.on_output(task.id, page_of("e\n", 6)).reads.empty());
  BOOST_TEST(work.ended());
  BOOST_TEST(!work.failure().has_value());
  BOOST_TEST(work.counts().total() == 3);
  BOOST_TEST(work.shares().at(0).hostname == "host-of-a");
  BOOST_TEST(work.shares().at(0).tasks == 1);
}

BOOST_AUTO_TEST_CASE(a_task_without_output_is_counted) {
  job work{chunks(1), "wordcount"};
  auto task = launch_one(work);
  work.on_update(update_of(task, task_state::finished));
  work.on_output(task.id, whole(""));
  BOOST_TEST(work.ended());
}

BOOST_AUTO_TEST_CASE(updates_of_a_living_task_change_nothing) {
  job work{chunks(1), "wordcount"};
  auto task = launch_one(work);
  for (auto state :
       {task_state::staging, task_state::starting, task_state::running, task_state::killing})
    BOOST_TEST(work.on_update(update_of(task, state)).reads.empty());
  BOOST_TEST(work.how_far().running == 1);
}

BOOST_AUTO_TEST_CASE(a_task_that_dies_is_run_again_on_offers_that_are_revived) {
  for (auto state : {task_state::failed, task_state::killed, task_state::error, task_state::lost,
                     task_state::dropped, task_state::gone, task_state::unreachable}) {
    job work{chunks(1), "wordcount"};
    auto first = launch_one(work);
    BOOST_TEST(work.on_update(update_of(first, state)).revive);
    auto second = launch_one(work);
    BOOST_TEST(second.id != first.id);
    BOOST_TEST(second.argv == first.argv, boost::test_tools::per_element());
    BOOST_TEST(work.how_far().reruns == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_chunk_that_dies_at_every_attempt_fails_the_job) {
  job work{chunks(2), "wordcount"};
  for (auto i = 1U; i <= job::max_attempts; ++i) {
    BOOST_TEST(!work.ended());
    auto next = work.on_offers({offer_of("a", 2)});
    for (const auto& task : next.accepts.at(0).tasks)
      if (task.name == "map-1")
        work.on_update(update_of(task, task_state::failed));
  }
  BOOST_TEST(work.ended());
  BOOST_REQUIRE(work.failure());
  BOOST_TEST(
    *work.failure() ==
    "a map task did not finish in 5 attempts (/file from byte 0): FAILED: as the test says");
  BOOST_TEST(work.on_offers({offer_of("a", 2)}).accepts.empty());
}

BOOST_AUTO_TEST_CASE(what_is_heard_late_of_an_earlier_attempt_is_nothing) {
  job work{chunks(1), "wordcount"};
  auto first = launch_one(work);
  work.on_update(update_of(first, task_state::lost));
  launch_one(work);
  BOOST_TEST(work.on_update(update_of(first, task_state::finished)).reads.empty());
  work.on_output(first.id, whole("1\tx\n"));
  work.on_unreadable(first.id, "gone");
  BOOST_TEST(work.counts().total() == 0);
  BOOST_TEST(work.how_far().running == 1);
  BOOST_TEST(work.how_far().reruns == 1);
}

BOOST_AUTO_TEST_CASE(an_update_that_comes_twice_is_counted_once) {
  job work{chunks(2), "wordcount"};
  auto task = launch_one(work);
  work.on_update(update_of(task, task_state::finished));
  BOOST_TEST(work.on_update(update_of(task, task_state::finished)).reads.empty());
  work.on_output(task.id, whole("1\tx\n"));
  BOOST_TEST(work.on_update(update_of(task, task_state::finished)).reads.empty());
  work.on_output(task.id, whole("1\tx\n"));
  BOOST_TEST(work.counts().total() == 1);
}

BOOST_AUTO_TEST_CASE(a_task_whose_output_is_of_no_use_is_run_again) {
  for (const auto& page : {whole("damaged\n"), page_of("", 6)}) {
    job work{chunks(1), "wordcount"};
    auto task = launch_one(work);
    work.on_update(update_of(task, task_state::finished));
    BOOST_TEST(work.on_output(task.id, page).revive);
    BOOST_TEST(work.counts().total() == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_task_whose_output_is_lost_is_run_again_and_read_from_the_start) {
  job work{chunks(1), "wordcount"};
  auto first = launch_one(work);
  work.on_update(update_of(first, task_state::finished));
  work.on_output(first.id, page_of("1\tx", 100));
  BOOST_TEST(work.on_unreadable(first.id, "no such agent").revive);
  auto second = launch_one(work);
  auto reads = work.on_update(update_of(second, task_state::finished)).reads;
  BOOST_TEST(reads.at(0).offset == 0);
  work.on_output(second.id, whole("1\ty\n"));
  BOOST_TEST(work.counts().top(1).at(0).first == "y");
}

BOOST_AUTO_TEST_CASE(an_agent_whose_rest_was_refused_is_asked_for_when_a_task_on_it_ends) {
  job work{chunks(3), "wordcount"};
  auto first = launch_one(work);
  BOOST_TEST(work.on_update(update_of(first, task_state::finished)).revive);
  auto second = launch_one(work);
  BOOST_TEST(!work.on_output(first.id, whole("1\tx\n")).revive);
  BOOST_TEST(work.on_update(update_of(second, task_state::finished)).revive);
}

// Random agents offer, kill, lose and finish tasks until the job has ended.
BOOST_AUTO_TEST_CASE(whatever_happens_each_chunk_is_counted_once_or_the_job_fails) {
  for (auto seed = 0U; seed < 300; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random{seed};
      auto size = 1 + random() % 40;
      job work{chunks(size), "wordcount"};
      std::vector<task_info> running;
      bool suppressed = false;
      auto heard = [&](const step& next) {
        suppressed = (suppressed || next.suppress) && !next.revive;
        for (const auto& x : next.accepts)
          running.insert(running.end(), x.tasks.begin(), x.tasks.end());
      };
      for (auto steps = 0; !work.ended(); ++steps) {
        BOOST_REQUIRE_LT(steps, 10'000);
        if (running.empty() || random() % 3 == 0) {
          BOOST_REQUIRE(!suppressed || !running.empty());
          std::int64_t room = random() % 4;
          auto next = work.on_offers({offer_of("a", room), offer_of("b", 1)});
          auto declined = next.decline ? next.decline->offers.size() : 0;
          BOOST_REQUIRE_EQUAL(next.accepts.size() + declined, 2);
          for (const auto& x : next.accepts)
            BOOST_REQUIRE_LE(x.tasks.size(), x.offers.at(0).str() == "offer-of-a" ? room : 1);
          heard(next);
          continue;
        }
        std::swap(running[random() % running.size()], running.back());
        auto task = running.back();
        running.pop_back();
        auto dies = random() % 8 == 0;
        heard(work.on_update(update_of(task, dies ? task_state::failed : task_state::finished)));
        if (!dies && random() % 8 == 0)
          heard(work.on_unreadable(task.id, "lost"));
        else if (!dies)
          heard(work.on_output(task.id, whole("2\tword\n")));
      }
      if (!work.failure())
        BOOST_TEST(work.counts().total() == 2 * size);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
