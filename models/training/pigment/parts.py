"""The shapes of the model's parts, in diffusers' and transformers' own classes, untrained; how noise is scheduled."""

from __future__ import annotations

from typing import Any

from models.training.pigment.tokens import LENGTH

LATENT_CHANNELS = 16
SHRINK = 16  # pixels a side for one latent
SIDE = 16  # latents a side
AUTOENCODER_WIDTH = 64
TEXT_WIDTH = 192
UNET_WIDTHS = (64, 160)


def autoencoder(scaling_factor: float = 2.0) -> Any:
    """diffusers.AutoencoderTiny: N x 3 x 256 x 256 (-1 to 1) to N x 16 x 16 x 16 and back.

    The encoder is linear: projection.py writes it. In the decoder nearly nothing happens at full size, where
    convolutions are dear: the last block's two are linear.
    """
    from diffusers import AutoencoderTiny

    return AutoencoderTiny(
        latent_channels=LATENT_CHANNELS,
        encoder_block_out_channels=(AUTOENCODER_WIDTH,) * 5,
        decoder_block_out_channels=(AUTOENCODER_WIDTH,) * 5,
        num_encoder_blocks=(0, 0, 0, 0, 0),
        num_decoder_blocks=(3, 3, 2, 1, 0),
        scaling_factor=scaling_factor,
    )


def text_encoder(vocab_size: int) -> Any:
    """transformers.CLIPTextModel: N x LENGTH tokens to N x LENGTH x TEXT_WIDTH."""
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocab_size, hidden_size=TEXT_WIDTH, intermediate_size=3 * TEXT_WIDTH, projection_dim=TEXT_WIDTH,
            num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=LENGTH, hidden_act="gelu",
            bos_token_id=0, eos_token_id=1, pad_token_id=1,
        )
    )  # fmt: skip


def unet() -> Any:
    """diffusers.UNet2DConditionModel on N x 16 x 16 x 16 latents.

    Words are heard at both sizes; places attend to each other at 8 x 8 only, where that is cheap.
    """
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=SIDE,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=UNET_WIDTHS,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        layers_per_block=1,
        only_cross_attention=(True, False),
        attention_head_dim=2,  # heads: diffusers' old name for them
        cross_attention_dim=TEXT_WIDTH,
        norm_num_groups=16,
        use_linear_projection=True,
    )


def scheduler() -> Any:
    """diffusers.DDIMScheduler: cosine, no signal at all at the end, velocities (Lin 2023), trailing steps."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction", rescale_betas_zero_snr=True,
        timestep_spacing="trailing", clip_sample=False, set_alpha_to_one=True, steps_offset=1,
    )  # fmt: skip
