"""The bench's Pipecat: a Twilio bot as its documentation builds one, with the fakes' addresses.

The end of a turn is speech-to-text's own and at once: no voice detector and no turn model cost it time or CPU.
"""

import socket
import sys

import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import (
    LLMContextAggregatorPair,
    LLMUserAggregatorParams,
)
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.deepgram.stt import DeepgramSTTService
from pipecat.services.elevenlabs.tts import ElevenLabsTTSService
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_start import TranscriptionUserTurnStartStrategy
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies

FAKES = sys.argv[1]
SOCKETS = FAKES.replace("http", "ws", 1)
TELEPHONE_HZ = 8000

logger.remove()
logger.add(sys.stderr, level="WARNING")
app = FastAPI()


@app.websocket("/stream")
async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    _, call = await parse_telephony_websocket(websocket)
    serializer = TwilioFrameSerializer(
        stream_sid=call["stream_id"],
        params=TwilioFrameSerializer.InputParams(auto_hang_up=False),
    )
    transport = FastAPIWebsocketTransport(
        websocket=websocket,
        params=FastAPIWebsocketParams(
            audio_in_enabled=True, audio_out_enabled=True, add_wav_header=False, serializer=serializer
        ),
    )
    context = LLMContext([{"role": "system", "content": "You are Luna, a cheerful companion."}])
    turns = UserTurnStrategies(
        start=[TranscriptionUserTurnStartStrategy()],
        stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0)],
    )
    aggregators = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(user_turn_strategies=turns)
    )
    pipeline = Pipeline(
        [
            transport.input(),
            DeepgramSTTService(api_key="bench", base_url=SOCKETS),
            aggregators.user(),
            OpenAILLMService(
                api_key="bench",
                base_url=f"{FAKES}/v1",
                settings=OpenAILLMService.Settings(model="bench"),
            ),
            ElevenLabsTTSService(
                api_key="bench",
                url=SOCKETS,
                settings=ElevenLabsTTSService.Settings(voice="bench", model="eleven_flash_v2_5"),
            ),
            transport.output(),
            aggregators.assistant(),
        ]
    )
    task = PipelineTask(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=TELEPHONE_HZ, audio_out_sample_rate=TELEPHONE_HZ),
    )

    @transport.event_handler("on_client_disconnected")
    async def gone(_transport, _client) -> None:
        await task.cancel()

    await PipelineRunner(handle_sigint=False).run(task)


class Server(uvicorn.Server):
    async def startup(self, sockets=None) -> None:
        await super().startup(sockets=sockets)
        print(f"ready http://127.0.0.1:{PORT}", flush=True)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
PORT = listener.getsockname()[1]
Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
