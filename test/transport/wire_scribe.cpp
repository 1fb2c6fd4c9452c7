// A connection whose other end is slow, to write or to read.
#include "actors/transport/wire_scribe.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/make_counted.hpp>
#include <caf/send.hpp>
#include <functional>
#include <future>
#include <optional>

#include "actors/transport/sockets.hpp"
#include "actors/transport/transport.hpp"
#include "actors/transport/wire_doorman.hpp"

using caf::io::basp::header;
using caf::io::basp::message_type;

namespace entente::test {

namespace {

using namespace std::chrono_literals;

/// Only a bug lasts that long.
constexpr auto limit = 60s;
constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::size_t megabyte = std::size_t{1024} * 1024;

/// Which of CAF's silences this is about: several heartbeats long, several times in a test.
constexpr caf::timespan heartbeat_pause = 50ms;
constexpr caf::timespan silence = 3s;

struct config : caf::actor_system_config {
  explicit config(caf::timespan longest_silence) {
    caf::core::init_global_meta_objects();
    prepare_for_transport(*this);
    set("caf.middleman.heartbeat-interval", heartbeat_pause);
    set("caf.middleman.connection-timeout", longest_silence);
  }
};

template <class T>
void put(caf::binary_serializer& sink, const T& x) {
  BOOST_REQUIRE(sink.apply(x));
}

/// The other end of a connection, which does as it likes.
class peer {
public:
  explicit peer(std::uint16_t port) {
    auto connected = connect_socket({"127.0.0.1", port}, limit);
    socket_ = std::move(std::get<runtime::unique_fd>(connected));
    caf::byte_buffer node;
    caf::binary_serializer sink{nullptr, node};
    put(sink, *caf::make_node_id(1, std::string(40, 'a')));
    say(frame({message_type::client_handshake, 0, 0, 0, 0, 0}, node));
  }

  /// A header and its payload.
  static caf::byte_buffer frame(header head, const caf::byte_buffer& payload) {
    head.payload_len = static_cast<std::uint32_t>(payload.size());
    caf::byte_buffer result;
    caf::binary_serializer sink{nullptr, result};
    put(sink, head);
    result.insert(result.end(), payload.begin(), payload.end());
    return result;
  }

  static caf::byte_buffer message(const caf::actor& to, std::string text) {
    caf::byte_buffer payload;
    caf::binary_serializer sink{nullptr, payload};
    BOOST_REQUIRE(sink.begin_sequence(0));  // no stages
    put(sink, caf::make_message(std::move(text)));
    return frame({message_type::direct_message, 0, 0, 0, 1, to.id()}, payload);
  }

  /// @returns false if the connection is closed
  bool say(const caf::byte_buffer& bytes) const { return say(bytes, 0, bytes.size()); }

  bool say(const caf::byte_buffer& bytes, std::size_t first, std::size_t last) const {
    while (first < last && is_ready(POLLOUT)) {
      auto sent = ::send(socket_.value(), bytes.data() + first, last - first, MSG_NOSIGNAL);
      if (sent < 0)
        return false;
      first += static_cast<std::size_t>(sent);
    }
    return first == last;
  }

  /// Waits until the other end says something: its heartbeats tell that time goes by there.
  /// @returns how much, 0 if the connection is closed
  std::size_t hears() const {
    std::array<char, piece> ignored{};
    if (!is_ready(POLLIN))
      return 0;
    auto size = ::recv(socket_.value(), ignored.data(), ignored.size(), 0);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
  }

private:
  bool is_ready(short what) const {
    pollfd entry{socket_.value(), what, 0};
    return ::poll(&entry, 1, std::chrono::milliseconds{limit}.count()) > 0;
  }

  runtime::unique_fd socket_;
};

caf::behavior answer_at_length(caf::event_based_actor* self) {
  return {[self](const std::string&) {
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), std::string(megabyte, 'x'));
  }};
}

/// An actor that others can reach, over connections of ours.
struct fixture {
  std::promise<int> closed;  ///< which the table does
  std::promise<std::string> heard;
  std::shared_ptr<entente::connection_table> table;
  std::optional<config> settings;
  std::optional<caf::actor_system> system;
  caf::actor listener;
  std::uint16_t port = 0;

  void listen(connection_limits limits, caf::timespan longest_silence,
              const std::function<caf::behavior(caf::event_based_actor*)>& behavior) {
    table = std::make_shared<entente::connection_table>(limits, [this](int socket) {
      ::shutdown(socket, SHUT_RDWR);
      closed.set_value(socket);
    });
    settings.emplace(longest_silence);
    system.emplace(*settings);
    listener = system->spawn(behavior);
    auto socket = std::move(std::get<runtime::unique_fd>(listen_socket({"127.0.0.1", 0})));
    port = local_port(socket.value());
    auto& multiplexer =
      static_cast<caf::io::network::default_multiplexer&>(system->middleman().backend());
    auto doorman =
      caf::make_counted<wire_doorman>(multiplexer, std::move(socket), std::nullopt, table);
    caf::anon_send(system->middleman().named_broker<caf::io::basp_broker>("BASP"),
                   caf::publish_atom_v, caf::io::doorman_ptr{std::move(doorman)}, port,
                   caf::actor_cast<caf::strong_actor_ptr>(listener), std::set<std::string>{});
  }

  caf::behavior hear(caf::event_based_actor*) {
    return {[this](std::string& text) { heard.set_value(std::move(text)); }};
  }

  ~fixture() {
    if (system)
      caf::anon_send_exit(listener, caf::exit_reason::kill);
    listener = nullptr;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(wire_scribe, fixture)

BOOST_AUTO_TEST_CASE(a_message_may_take_longer_than_the_longest_silence_while_it_comes) {
  listen({}, silence, [this](auto* self) { return hear(self); });
  peer there{port};
  auto bytes = peer::message(listener, std::string(megabyte, 'x'));
  // Six heartbeats a piece, and 17 pieces: more than the silence, and any piece far less.
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    BOOST_REQUIRE(there.say(bytes, at, std::min(at + piece, bytes.size())));
    for (int i = 0; i < 6 && at + piece < bytes.size(); ++i)
      BOOST_REQUIRE_MESSAGE(there.hears() > 0, "it was given up after " << at + piece << " bytes");
  }
  auto text = heard.get_future();
  BOOST_REQUIRE(text.wait_for(limit) == std::future_status::ready);
  BOOST_TEST(text.get().size() == megabyte);
}

BOOST_AUTO_TEST_CASE(a_message_that_does_not_come_in_its_time_ends_the_connection) {
  connection_limits limits;
  limits.frame_grace = 0ms;
  limits.least_bytes_a_second = std::uint32_t{1} << 30;
  listen(limits, 1h, [this](auto* self) { return hear(self); });
  peer there{port};
  auto bytes = peer::message(listener, std::string(megabyte, 'x'));
  auto goes_on = true;
  for (std::size_t at = 0; goes_on && at + piece < bytes.size(); at += piece)
    goes_on = there.say(bytes, at, at + piece) && there.hears() > 0 && there.hears() > 0;
  BOOST_TEST(!goes_on);
}

BOOST_AUTO_TEST_CASE(who_does_not_read_what_it_is_sent_costs_a_bounded_amount) {
  connection_limits limits;
  limits.all_waiting_bytes = 16 * megabyte;
  listen(limits, 1h, answer_at_length);
  peer there{port};
  auto end = closed.get_future();
  for (int i = 0; i < 100; ++i)
    there.say(peer::message(listener, "?"));
  BOOST_REQUIRE(end.wait_for(limit) == std::future_status::ready);
  BOOST_TEST(table->waiting() <= limits.all_waiting_bytes);
}

BOOST_AUTO_TEST_CASE(who_reads_what_it_is_sent_may_be_sent_much) {
  connection_limits limits;
  limits.all_waiting_bytes = 16 * megabyte;
  listen(limits, 1h, answer_at_length);
  peer there{port};
  for (int i = 0; i < 100; ++i) {
    BOOST_REQUIRE(there.say(peer::message(listener, "?")));
    for (std::size_t got = 0; got < megabyte;) {
      auto part = there.hears();
      BOOST_REQUIRE(part > 0);
      got += part;
    }
  }
  BOOST_TEST(table->size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
