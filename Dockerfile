# The bot in Discord, in a container; docs/running.md says how to run it.

FROM python:3.12-slim AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PYTHON=/opt/citebot/bin/python
RUN python -m venv --without-pip /opt/citebot
# First, since it is large and seldom changes. PyPI's build brings several GB of CUDA libraries along.
RUN pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu
WORKDIR /source
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY bot bot
COPY index index
# What chat models need: openai, anthropic, google, ollama, separated by commas.
ARG EXTRAS=
RUN pip install -c constraints.txt ".${EXTRAS:+[$EXTRAS]}"
# From then on nothing needs PyTorch, which is most of the image: it goes, with what came with it or is not used,
# unless EXPORTER says that models are to be exported in the container, too.
ENV CITEBOT_DATA=/export
RUN /opt/citebot/bin/citebot export && EMBEDDING_PRECISION=int8 /opt/citebot/bin/citebot export
ARG EXPORTER=
RUN test -n "$EXPORTER" || pip uninstall --yes torch transformers sentence-transformers onnx onnxscript onnx-ir \
    scikit-learn joblib threadpoolctl sympy mpmath networkx kubernetes

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data citebot \
    && install --directory --owner citebot --group citebot /data
COPY --from=builder /opt/citebot /opt/citebot
COPY --from=builder /export/models /opt/citebot/models
COPY seeds /articles
ENV PATH=/opt/citebot/bin:$PATH CITEBOT_ARTICLES=/articles CITEBOT_DATA=/data
USER citebot
WORKDIR /data
VOLUME /data
# The data may lie in a volume that hides what the image has there: the exported model is copied if it is missing.
ENTRYPOINT ["sh", "-c", "mkdir -p \"$CITEBOT_DATA\" && cp -R -u /opt/citebot/models \"$CITEBOT_DATA\"/; exec citebot \"$@\"", "citebot"]
CMD ["discord"]
